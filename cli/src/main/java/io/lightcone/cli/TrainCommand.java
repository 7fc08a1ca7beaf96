// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "train",
        description =
                "Train a model on a folder of videos, on one long video, or on the built-in moving digits and worlds.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private NewRunOptions run = new NewRunOptions();

    @Mixin
    private TrainingOptions trainingOptions = new TrainingOptions();

    private final Session session;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        trainingOptions.check();
        Path resumed = run.resumed(
                "settings of training and sampling, and the places of data and codec where these have moved");
        if (resumed != null) {
            trainingOptions.runner(session).resume(resumed, run.settings());
            return Main.OK;
        }
        Path out = run.out();
        String preset = run.preset(Presets.DEFAULT);
        RunConfig base = preset == null ? null : Presets.named(preset);
        RunConfig config = RunConfig.read(base, run.config(), run.allSettings());
        run.check(config);
        trainingOptions.runner(session).start(config, out);
        return Main.OK;
    }
}
