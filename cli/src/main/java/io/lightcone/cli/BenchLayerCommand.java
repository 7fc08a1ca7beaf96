// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.LayerBenchmark;
import io.lightcone.benchmark.Workload;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "layer",
        description = {
            "Time the attention of a layer, projections included, against the best dense attention.",
            BenchRoundsOptions.UNASKED
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchLayerCommand implements Callable<Integer> {
    @Mixin
    private BenchRoundsOptions options = new BenchRoundsOptions();

    @Option(names = "--layer", paramLabel = "L", defaultValue = "0", description = "Layer, from 0. Default: 0.")
    private int layer;

    private final Session session;

    BenchLayerCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Workload workload = options.workload();
        BenchProgress progress = new BenchProgress(session);
        LayerBenchmark.LayerResult report =
                Arguments.namingOptions(() -> LayerBenchmark.run(workload, layer, progress), "layer");
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.layer(workload, report));
        } else {
            BenchTables tables = new BenchTables(session.out(), workload);
            tables.results(List.of(report.result()));
            tables.implementations("Dense attention, one run each", report.dense());
        }
        return Main.OK;
    }
}
