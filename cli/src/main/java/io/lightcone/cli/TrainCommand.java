// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.codec.CodecPlace;
import io.lightcone.data.VideosConfig;
import io.lightcone.run.Presets;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
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
    private static final String MOVING_DIGITS = "moving-digits";
    private static final String WORLD = "world:";

    /** Takes the name of a world as it is: on Windows no file can have it. */
    private static final class DataText implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return text.startsWith(WORLD) ? text : new Arguments.PathText().convert(text);
        }
    }

    @Option(
            names = "--data",
            paramLabel = "DIR_OR_FILE",
            converter = DataText.class,
            description =
                    "Videos to watch: a folder, searched to the bottom for mp4, mkv, webm, avi, mov, gif and more, or"
                            + " one video, with their actions in a .jsonl beside each or in an .npz; or"
                            + " 'moving-digits'; or a world: 'world:pong', 'world:maze' or 'world:island'.")
    private @Nullable String data;

    @Option(
            names = "--codec",
            paramLabel = "CODEC",
            description =
                    "What makes latents of the pictures, for the model to learn these: a file or folder of 'lightcone"
                            + " train-codec', a folder with a pretrained autoencoder (AutoencoderKL in the layout of"
                            + " diffusers, or TAESD), 'patches:K' or 'pixels'. Default: as the preset says, pixels.")
    private @Nullable String codec;

    @Option(names = "--out", paramLabel = "RUN", description = "Folder of the new run.")
    private @Nullable Path out;

    @Option(names = "--resume", paramLabel = "RUN", description = "Resume this run from its newest checkpoint.")
    private @Nullable Path resume;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Configuration to start from; see 'lightcone presets'. Default: msc-tiny, or none with --config.")
    private @Nullable String preset;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML over the preset; without a preset it must be complete.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting over all that, such as training.batch=4; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private TrainingOptions trainingOptions = new TrainingOptions();

    private final Session session;

    TrainCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        trainingOptions.check();
        if (resume != null) {
            resumeRun(resume);
        } else if (out != null) {
            RunConfig resolved = newConfig();
            requireVideos(resolved);
            new ProtectedFiles().file("--config", config).requireNotOverwrittenByRun(out);
            trainingOptions.runner(session).start(resolved, out);
        } else {
            throw new UserException("say where the run goes with --out RUN, or resume one with --resume RUN");
        }
        return Main.OK;
    }

    private RunConfig newConfig() {
        String name = preset != null ? preset : config == null ? Presets.DEFAULT : null;
        List<String> dataSettings = data == null ? List.of() : settingsOf(data);
        List<String> overrides = new ArrayList<>(settings);
        overrides.addAll(dataSettings);
        RunConfig base = name == null ? null : Presets.named(name);
        if (codec == null) {
            return RunConfig.read(base, config, overrides);
        }
        RunConfig ofPixels = RunConfig.read(base, config, dataSettings);
        return RunConfig.read(ofPixels.forCodec(CodecPlace.of(codec)), null, settings);
    }

    /** Returns the settings that {@code --data} stands for. */
    private static List<String> settingsOf(String data) {
        if (data.startsWith(WORLD)) {
            return List.of("data.kind=world", "data.world=" + quoted(data.substring(WORLD.length())));
        }
        // As a path first: a name that no file can have is then called so, before YAML finds fault with it.
        String place = Path.of(data).toString();
        if (place.equals(MOVING_DIGITS)) {
            return List.of("data.kind=" + MOVING_DIGITS);
        }
        return List.of("data.kind=videos", "data.source=" + quoted(place));
    }

    private static void requireVideos(RunConfig config) {
        if (config.data() instanceof VideosConfig videos && !videos.isPlaced()) {
            throw new UserException(
                    "preset " + config.preset() + " watches videos: name a folder or a file with --data");
        }
    }

    /** Quotes a path as a YAML string, whatever it looks like. */
    private static String quoted(String path) {
        return "'" + path.replace("'", "''") + "'";
    }

    private void resumeRun(Path run) throws InterruptedException {
        if (out != null || data != null || codec != null || preset != null || config != null) {
            throw new UserException("--resume takes everything from the run, so leave out --out, --data, --codec, --preset"
                    + " and --config; --set may change settings of training and sampling, and the places of"
                    + " data and codec where these have moved");
        }
        trainingOptions.runner(session).resume(run, settings);
    }
}
