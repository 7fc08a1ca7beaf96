// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.AttentionBenchmark;
import io.lightcone.benchmark.BenchmarkResult;
import io.lightcone.benchmark.Workload;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "attention",
        description = {
            "Time the attention of each branch by itself, by tiles, by one mask, and dense.",
            BenchRoundsOptions.UNASKED
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchAttentionCommand implements Callable<Integer> {
    @Mixin
    private BenchRoundsOptions options = new BenchRoundsOptions();

    private final Session session;

    BenchAttentionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Workload workload = options.workload();
        BenchProgress progress = new BenchProgress(session);
        List<BenchmarkResult> results = AttentionBenchmark.run(workload, progress);
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.attention(workload, results));
        } else {
            new BenchTables(session.out(), workload).results(results);
        }
        return Main.OK;
    }
}
