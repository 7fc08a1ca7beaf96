// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.benchmark.LossCheck;
import io.lightcone.benchmark.StepBenchmark;
import io.lightcone.benchmark.Workload;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "step",
        description = {
            "Time whole training steps of a model and its dense twin, in float32 and bfloat16.",
            BenchRoundsOptions.UNASKED
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchStepCommand implements Callable<Integer> {
    @Mixin
    private BenchRoundsOptions options = new BenchRoundsOptions();

    @Option(
            names = "--losses",
            paramLabel = "N",
            defaultValue = "0",
            description = {
                "Also train N steps on moving digits in float32 and in bfloat16, and the first 50 with "
                        + "attention by one",
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
        Workload workload = options.workload();
        BenchProgress progress = new BenchProgress(session);
        StepBenchmark.StepResult result = StepBenchmark.run(workload, progress);
        progress.end();
        BenchTables tables = new BenchTables(session.out(), workload);
        if (!options.json()) {
            tables.results(List.of(result.result())); // at once, since what follows may take long
            result.dense()
                    .forEach((precision, search) -> tables.implementations(
                            "Dense attention of a layer, " + precision.label() + ", one run each", search));
        }
        LossCheck check = losses > 0 ? checked(workload) : null;
        if (options.json()) {
            session.out().println(BenchJson.step(workload, result, check));
        } else if (check != null) {
            tables.losses(check);
        }
        return Main.OK;
    }

    private LossCheck checked(Workload workload) {
        BenchProgress training = new BenchProgress(session);
        LossCheck check = LossCheck.run(workload, losses, training);
        training.end();
        return check;
    }
}
