// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.run.ProtectedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "distill",
        description = "Distil the decoder of a trained run with an encoder into one that makes frames in 1, 2 or 4"
                + " updates, as a new run; 'lightcone train --resume' resumes it.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class DistillCommand implements Callable<Integer> {
    @Option(names = "--run", required = true, paramLabel = "RUN", description = "Folder of the trained run.")
    private Path run = Path.of("");

    @Option(names = "--out", required = true, paramLabel = "NEW", description = "Folder of the new run.")
    private Path out = Path.of("");

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting over those of the trained run and of distillation, such as training.minutes=20;"
                    + " may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private TrainingOptions trainingOptions = new TrainingOptions();

    private final Session session;

    DistillCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        trainingOptions.check();
        new ProtectedFiles().run(run).requireNotOverwrittenBy("--out", out);
        trainingOptions.runner(session).distil(run, settings, out);
        return Main.OK;
    }
}
