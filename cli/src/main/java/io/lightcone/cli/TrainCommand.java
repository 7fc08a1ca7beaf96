// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.codec.CodecPlace;
import io.lightcone.run.Presets;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description =
                "Train a model on a folder of videos, on one long video, or on the built-in moving digits and worlds.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class TrainCommand implements Callable<Integer> {
    private static final String CHANNELS = "data.channels=";

    @Mixin
    private NewRunOptions run = new NewRunOptions();

    @Option(
            names = "--from",
            paramLabel = "TRAINED",
            description = "Begin with the weights of this trained run, whose configuration the new run has, to learn on"
                    + " from other data, or for longer.")
    private @Nullable Path trained;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description =
                    "What makes latents of the pictures, for the model to learn these: 'default', which comes with"
                            + " Lightcone, a file or folder of 'lightcone train-codec', a folder with a pretrained"
                            + " autoencoder (AutoencoderKL in the layout of diffusers, or TAESD), 'patches:K' or"
                            + " 'pixels'. Without this option: as the preset says, pixels.")
    private @Nullable String codec;

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
            if (trained != null) {
                throw new UserException("--resume continues with the weights of the run, so leave out --from");
            }
            requireNoCodec("--resume");
            trainingOptions.runner(session).resume(resumed, run.settings());
            return Main.OK;
        }
        Path out = run.out();
        if (trained != null) {
            run.requireNoPreset("--from");
            requireNoCodec("--from");
            new ProtectedFiles().run(trained).requireNotOverwrittenBy("--out", out);
            trainingOptions.runner(session).fineTune(trained, run.allSettings(), out);
            return Main.OK;
        }
        RunConfig config = newConfig();
        run.check(config);
        trainingOptions.runner(session).start(config, out);
        return Main.OK;
    }

    private void requireNoCodec(String option) {
        if (codec != null) {
            throw new UserException(option + " takes the codec from the run, so leave out --codec; --set codec. and its"
                    + " key say where the codec is, where it has moved");
        }
    }

    private RunConfig newConfig() {
        String preset = run.preset(Presets.DEFAULT);
        RunConfig base = preset == null ? null : Presets.named(preset);
        if (codec == null) {
            return RunConfig.read(base, run.config(), run.allSettings());
        }
        List<String> ofPictures = new ArrayList<>(run.dataSettings());
        for (String setting : run.settings()) {
            if (setting.startsWith(CHANNELS)) { // which codec there can be depends on it
                ofPictures.add(setting);
                ofPictures.add("model.channels=" + setting.substring(CHANNELS.length()));
            }
        }
        RunConfig ofPixels = RunConfig.read(base, run.config(), ofPictures);
        return RunConfig.read(ofPixels.forCodec(CodecPlace.of(codec)), null, run.settings());
    }
}
