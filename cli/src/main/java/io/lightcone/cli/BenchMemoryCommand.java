// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.benchmark.MemoryBenchmark;
import io.lightcone.benchmark.MemoryBenchmark.MemoryResult;
import io.lightcone.benchmark.Workload;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import io.lightcone.run.Presets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "memory",
        description = {
            "Measure the memory of training steps beside what 'lightcone cost' predicts.",
            "For other settings run it again, since a process keeps the memory that it has had."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchMemoryCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--steps", paramLabel = "N", defaultValue = "3", description = "Training steps. Default: 3.")
    private int steps;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Threads that share the clips of each batch; 0, the default, is as training would have.")
    private int workers;

    private final Session session;

    BenchMemoryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (steps < 1) {
            throw new UserException("--steps must be at least 1, not " + steps);
        }
        if (workers < 0) {
            throw new UserException("--workers must be 0 or more, not " + workers);
        }
        Workload workload = options.workload(() -> Presets.named(Presets.DEFAULT), 1);
        BenchProgress progress = new BenchProgress(session);
        MemoryResult result = MemoryBenchmark.run(workload, workers, steps, progress);
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.memory(workload, steps, result));
        } else {
            new BenchTables(session.out(), workload).memory(steps, result);
        }
        return Main.OK;
    }
}
