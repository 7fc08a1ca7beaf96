// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.benchmark.NeighbourBenchmark;
import io.lightcone.benchmark.NeighbourBenchmark.NeighbourResult;
import io.lightcone.benchmark.Workload;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import io.lightcone.run.Presets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "neighbour",
        description = {
            "Measure what training and generation lose to other programs: their rates beside no, one and two busy",
            "processes, in turns."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchNeighbourCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rounds", paramLabel = "R", defaultValue = "3", description = "Rounds of turns. Default: 3.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "Seconds that each computes for in each turn. Default: 4.")
    private double seconds;

    private final Session session;

    BenchNeighbourCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (!(seconds > 0) || Double.isInfinite(seconds)) {
            throw new UserException("--seconds must be above 0, not " + seconds);
        }
        Workload workload = options.workload(() -> Presets.named("msc-demo"), rounds);
        BenchProgress progress = new BenchProgress(session);
        List<NeighbourResult> results = NeighbourBenchmark.run(workload, seconds, progress);
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.neighbours(workload, results));
        } else {
            new BenchTables(session.out(), workload).neighbours(results);
        }
        return Main.OK;
    }
}
