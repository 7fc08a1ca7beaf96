// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.data.VideosConfig;
import io.lightcone.run.CodecPresets;
import io.lightcone.run.Presets;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.TrainableConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Holds the options that say what a run begins with, or which run is resumed, for every command that trains. */
final class NewRunOptions {
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

    @Option(names = "--out", paramLabel = "RUN", description = "Folder of the new run.")
    private @Nullable Path out;

    @Option(names = "--resume", paramLabel = "RUN", description = "Resume this run from its newest checkpoint.")
    private @Nullable Path resume;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "Configuration to start from; see 'lightcone presets'. Default: " + Presets.DEFAULT
                    + " (of a codec " + CodecPresets.DEFAULT + "), or none with --config.")
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

    /**
     * Returns the run that is to be resumed, or null for a new one.
     *
     * @param changeable what {@code --set} may change then, for the message
     * @throws UserException if an option for new runs is there too
     */
    @Nullable
    Path resumed(String changeable) {
        if (resume != null && (out != null || data != null || preset != null || config != null)) {
            throw new UserException("--resume takes everything from the run, so leave out --out, --data, --preset and"
                    + " --config; --set may change " + changeable);
        }
        return resume;
    }

    /**
     * Requires that nothing says what the model is.
     *
     * @param option that takes the model from elsewhere, for the message
     */
    void requireNoPreset(String option) {
        if (preset != null || config != null) {
            throw new UserException(option + " takes the configuration of that run, so leave out --preset and --config;"
                    + " --data and --set may change what the run learns from, and how");
        }
    }

    /** Returns the folder of the new run, or throws if there is none. */
    Path out() {
        if (out == null) {
            throw new UserException("say where the run goes with --out RUN, or resume one with --resume RUN");
        }
        return out;
    }

    /** Returns the name of the preset that a new run begins with, or null for none. */
    @Nullable
    String preset(String usual) {
        return preset != null ? preset : config == null ? usual : null;
    }

    /** Returns the file that lies over the preset, or null for none. */
    @Nullable
    Path config() {
        return config;
    }

    /** Returns the settings that were given by themselves. */
    List<String> settings() {
        return settings;
    }

    /** Returns all settings over preset and file, those that {@code --data} stands for among them. */
    List<String> allSettings() {
        List<String> all = new ArrayList<>(settings);
        all.addAll(dataSettings());
        return all;
    }

    /** Returns the settings that {@code --data} stands for. */
    List<String> dataSettings() {
        return data == null ? List.of() : settingsOf(data);
    }

    /** Requires that a new run knows its data, and would write over nothing that it reads. */
    void check(TrainableConfig resolved) {
        if (resolved.data() instanceof VideosConfig videos && !videos.isPlaced()) {
            throw new UserException(
                    "preset " + resolved.preset() + " watches videos: name a folder or a file with --data");
        }
        new ProtectedFiles().file("--config", config).requireNotOverwrittenByRun(out());
    }

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

    /** Quotes a path as a YAML string, whatever it looks like. */
    private static String quoted(String path) {
        return "'" + path.replace("'", "''") + "'";
    }
}
