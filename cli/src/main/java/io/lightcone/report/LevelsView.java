// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.diffusion.LevelDistribution;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.tensor.RandomStreams;

/**
 * The noise levels that training gives the frames of a clip, exact and sampled.
 *
 * @param config configuration of the level sampler
 * @param exact the exact distribution
 * @param sampled the distribution as counted in {@code clips} clips
 * @param seed seed of these clips
 */
public record LevelsView(
        LevelsConfig config, LevelDistribution exact, LevelDistribution sampled, int clips, long seed) {
    /** Computes the exact distribution for clips of {@code frames} frames, and samples {@code clips} clips. */
    public static LevelsView of(LevelsConfig config, int frames, int clips, long seed) {
        return new LevelsView(
                config,
                LevelDistribution.of(config, frames),
                LevelDistribution.sampled(config, frames, clips, new RandomStreams(seed).tensors("levels", 0, 0)),
                clips,
                seed);
    }

    /** Says what draws the levels, in words. */
    String title() {
        String order = switch (config.order()) {
            case FOPP -> "FoPP" + warped();
            case MONOTONE -> "Monotone sequences, all equally likely" + warped();
            case INDEPENDENT -> "Independent levels, " + distribution();
            case SYNCHRONOUS -> "Synchronous levels, " + distribution();
        };
        return order + ", " + Units.counted(config.timesteps(), "time step") + ", "
                + Units.counted(exact.frames(), "frame") + clean();
    }

    private String warped() {
        return config.distribution() == Distribution.UNIFORM ? "" : ", warped to " + distribution();
    }

    private String distribution() {
        return config.distribution() == Distribution.UNIFORM ? "uniform" : "logit-normal with mean " + config.mean();
    }

    private String clean() {
        if (config.clean() == 0) {
            return "";
        }
        String which = switch (config.cleanFrames()) {
            case ANY -> "each frame";
            case FIRST -> "the first few frames";
        };
        return "; " + which + " clean with probability " + config.clean();
    }

    String sampling() {
        return Units.counted(clips, "sampled clip") + ", seed " + seed;
    }

    boolean hasClean() {
        return config.clean() > 0;
    }
}
