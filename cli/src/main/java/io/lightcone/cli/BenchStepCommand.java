// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.benchmark.LossCheck;
import io.lightcone.benchmark.Setting;
import io.lightcone.benchmark.StepBenchmark;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import io.lightcone.report.Json;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "step",
        description = {
            "Time whole training steps of a model and its dense twin, in float32 and bfloat16.",
            RaceOptions.UNASKED
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchStepCommand implements Callable<Integer> {
    @Mixin
    private RaceOptions options = new RaceOptions();

    @Option(
            names = "--losses",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "Also train N steps on moving digits in float32 and in bfloat16, and the first 50 with attention by one",
                "mask, and compare the losses. Default: 0, none."
            })
    private int losses;

    private final Session session;

    BenchStepCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (losses < 0) {
            throw new UserException("--losses must be 0 or more, not " + losses);
        }
        Setting setting = options.setting();
        BenchProgress progress = new BenchProgress(session);
        StepBenchmark.Report report = StepBenchmark.run(setting, progress);
        progress.end();
        Json dense = new Json();
        report.dense().forEach((numbers, search) -> dense.put(numbers.words(), BenchJson.ways(search)));
        Json json = BenchJson.ofRounds("step", setting)
                .put("results", BenchJson.results(List.of(report.result())))
                .put("dense", dense);
        BenchTables tables = new BenchTables(session.out(), setting);
        if (!options.json()) {
            tables.results(List.of(report.result())); // at once, since what follows may take long
            report.dense()
                    .forEach((numbers, search) ->
                            tables.ways("Dense attention of a layer, " + numbers.words() + ", one run each", search));
        }
        if (losses > 0) {
            BenchProgress training = new BenchProgress(session);
            LossCheck check = LossCheck.run(setting, losses, training);
            training.end();
            json.put("losses", BenchJson.losses(check));
            if (!options.json()) {
                tables.losses(check);
            }
        }
        if (options.json()) {
            session.out().println(json);
        }
        return Main.OK;
    }
}
