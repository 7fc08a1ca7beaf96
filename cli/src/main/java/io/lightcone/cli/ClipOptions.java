// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.report.CostReport.Size;
import io.lightcone.run.Presets;
import io.lightcone.run.ProtectedFiles;
import io.lightcone.run.RunConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Holds the options that choose a configuration and the size of a clip, for commands that analyse a model without
 * creating it.
 */
final class ClipOptions {
    private static final int MOST_FRAMES = 10_000;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Configuration to look at; see 'lightcone presets'. Default: msc-tiny, or what the command says, or"
                            + " none with --config.")
    private @Nullable String preset;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML over the preset; without a preset it must be complete.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "One setting over all that, such as model.depth=4; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--frames", paramLabel = "T", description = "Frames of the clip. Default: those of training.")
    private @Nullable Integer frames;

    @Option(names = "--size", paramLabel = "WxH", description = "Size of a frame in pixels. Default: that of training.")
    private @Nullable String size;

    /** Returns the configuration file that is read, if one is named, so that nothing is written over it. */
    ProtectedFiles sources() {
        return new ProtectedFiles().file("--config", config);
    }

    RunConfig config() {
        return config(() -> Presets.named(Presets.DEFAULT));
    }

    /**
     * Returns the configuration that was asked for; {@code unasked} is the base if neither a preset nor a file was
     * named.
     */
    RunConfig config(Supplier<RunConfig> unasked) {
        RunConfig base = preset != null ? Presets.named(preset) : config == null ? unasked.get() : null;
        return RunConfig.read(base, config, settings);
    }

    /** Returns the size of clip that was asked for, or else that of the clips that {@code config} trains on. */
    Size clip(RunConfig config) {
        int count = frames != null ? frames : config.training().frames();
        if (count < 1 || count > MOST_FRAMES) {
            throw new UserException("--frames must lie between 1 and " + MOST_FRAMES + ", not " + count);
        }
        if (size == null) {
            return new Size(count, config.data().height(), config.data().width());
        }
        PictureSize typed = PictureSize.of(size);
        return new Size(count, typed.height(), typed.width());
    }
}
