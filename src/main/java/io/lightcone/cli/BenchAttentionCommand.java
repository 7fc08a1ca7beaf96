// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.AttentionBenchmark;
import io.lightcone.benchmark.Result;
import io.lightcone.benchmark.Setting;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "attention",
        description = {
            "Time the attention of each branch by itself, by tiles, by one mask, and dense.",
            "Without --preset or --config: 16 frames of 32x32 tokens of width 512, two layers, eight heads in two branches."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchAttentionCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "5",
            description = "Rounds in which each runs once. Default: 5.")
    private int rounds;

    private final Session session;

    BenchAttentionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Setting setting = options.setting(Setting::standard, rounds);
        BenchProgress progress = new BenchProgress(session);
        List<Result> results = AttentionBenchmark.run(setting, progress);
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.of("attention", setting).put("results", BenchJson.results(results)));
        } else {
            new BenchTables(session.out(), setting).results(results);
        }
        return Main.OK;
    }
}
