// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.run.CodecPresets;
import io.lightcone.run.CodecRunConfig;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "train-codec",
        description = "Train a codec, whose latents a model can learn instead of pixels: a causal autoencoder of"
                + " videos. Then 'lightcone train --codec RUN' trains a model.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class TrainCodecCommand implements Callable<Integer> {
    @Mixin
    private NewRunOptions run = new NewRunOptions();

    @Mixin
    private TrainingOptions trainingOptions = new TrainingOptions();

    private final Session session;

    TrainCodecCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        trainingOptions.check();
        Path resumed = run.resumed("settings of training, and the places of data where it has moved");
        if (resumed != null) {
            trainingOptions.runner(session).resumeCodec(resumed, run.settings());
            return Main.OK;
        }
        Path out = run.out();
        String preset = run.preset(CodecPresets.DEFAULT);
        CodecRunConfig base = preset == null ? null : CodecPresets.named(preset);
        CodecRunConfig config = CodecRunConfig.read(base, run.config(), run.allSettings());
        run.check(config);
        trainingOptions.runner(session).startCodec(config, out);
        return Main.OK;
    }
}
