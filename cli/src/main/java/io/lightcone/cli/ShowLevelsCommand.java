// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Arguments.choice;
import static io.lightcone.cli.Arguments.require;
import static io.lightcone.cli.Arguments.requireWithin;

import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.CleanFrames;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.report.LevelsFigure;
import io.lightcone.report.LevelsJson;
import io.lightcone.report.LevelsText;
import io.lightcone.report.LevelsView;
import io.lightcone.report.Screen;
import io.lightcone.run.ProtectedFiles;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "levels",
        description = "Draw how often each frame has each noise level in training: exactly, and as sampled.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ShowLevelsCommand implements Callable<Integer> {
    /** Names the level samplers, one for each kind of {@link LevelsConfig}. */
    private enum Sampler {
        FOPP,
        MONOTONE,
        INDEPENDENT,
        SYNCHRONOUS
    }

    private static final int MOST_FRAMES = 10_000;
    private static final int MOST_TIMESTEPS = 1_000_000;
    private static final int MOST_SAMPLES = 1_000_000;
    private static final int MOST_BINS = 4_000_000;
    private static final int MOST_DRAWN = 100_000_000;

    @Option(
            names = "--sampler",
            paramLabel = "NAME",
            defaultValue = "fopp",
            description = "What draws the levels: fopp, monotone, independent or synchronous. Default: fopp.")
    private String sampler = "fopp";

    @Option(
            names = "--distribution",
            paramLabel = "NAME",
            description = "How often each level is drawn: uniform or logit-normal. Default: uniform.")
    private @Nullable String distribution;

    @Option(names = "--mean", paramLabel = "M", description = "Of the logit, for logit-normal. Default: 0.")
    private @Nullable Double mean;

    @Option(
            names = "--clean",
            paramLabel = "P",
            defaultValue = "0",
            description = "Probability of frames without noise. Default: 0.")
    private double clean;

    @Option(
            names = "--clean-frames",
            paramLabel = "WHICH",
            description = "Frames without noise: any by itself, or the first few of a clip. Default: any.")
    private @Nullable String cleanFrames;

    @Option(names = "--frames", paramLabel = "F", defaultValue = "16", description = "Frames of a clip. Default: 16.")
    private int frames;

    @Option(
            names = "--timesteps",
            paramLabel = "T",
            defaultValue = "1000",
            description = "Levels that there are, or, of continuous ones, that are told apart. Default: 1000.")
    private int timesteps;

    @Option(
            names = "--samples",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Clips to sample. Default: 10000.")
    private int samples;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "0", description = "Seed of the samples. Default: 0.")
    private long seed;

    @Mixin
    private FigureOptions figure = new FigureOptions();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandSpec command = Objects.requireNonNull(spec);
        figure.check(command, new ProtectedFiles());
        LevelsConfig config = config();
        checkSizes();
        LevelsView view = LevelsView.of(config, frames, timesteps, samples, seed);
        return figure.show(
                command,
                () -> LevelsJson.of(view),
                () -> new LevelsFigure(view).image(),
                out -> new LevelsText(view, Screen.current(), FigureOptions.WHOLE).print(out));
    }

    private LevelsConfig config() {
        Sampler kind = choice("--sampler", sampler, Sampler.class);
        Distribution single = distribution == null
                ? Distribution.UNIFORM
                : choice("--distribution", distribution, Distribution.class);
        require(mean == null || single == Distribution.LOGIT_NORMAL, "--mean goes with --distribution logit-normal");
        require(clean >= 0 && clean < 1, "--clean must be a probability from 0 to below 1, not " + clean);
        require(cleanFrames == null || clean > 0, "--clean-frames needs a --clean above 0, and below 1");
        CleanFrames which =
                cleanFrames == null ? CleanFrames.ANY : choice("--clean-frames", cleanFrames, CleanFrames.class);
        requireWithin("--timesteps", timesteps, 1, MOST_TIMESTEPS);
        double center = mean == null ? 0 : mean;
        return Arguments.reportingIllegal(() -> switch (kind) {
            case FOPP -> new LevelsConfig.Fopp(single, center, timesteps, clean, which);
            case MONOTONE -> new LevelsConfig.Monotone(single, center, timesteps, clean, which);
            case INDEPENDENT -> new LevelsConfig.Independent(single, center, clean, which);
            case SYNCHRONOUS -> new LevelsConfig.Synchronous(single, center, clean, which);
        });
    }

    private void checkSizes() {
        requireWithin("--frames", frames, 1, MOST_FRAMES);
        requireWithin("--samples", samples, 1, MOST_SAMPLES);
        require(
                (long) frames * timesteps <= MOST_BINS,
                "for " + frames + " frames --timesteps must lie between 1 and " + MOST_BINS / frames + ", not "
                        + timesteps);
        require(
                (long) frames * samples <= MOST_DRAWN,
                "for " + frames + " frames --samples must lie between 1 and " + MOST_DRAWN / frames + ", not "
                        + samples);
    }
}
