// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.config.Kinds;
import io.lightcone.diffusion.LevelDistribution;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.tensor.RandomStream;
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
    /**
     * Computes the exact distribution for clips of {@code frames} frames, sorted into {@code timesteps} time
     * steps, and samples {@code clips} clips.
     */
    public static LevelsView of(LevelsConfig config, int frames, int timesteps, int clips, long seed) {
        RandomStream random = new RandomStreams(seed).tensors("levels", 0, 0);
        return new LevelsView(
                config,
                LevelDistribution.of(config, frames, timesteps),
                LevelDistribution.sampled(config, frames, timesteps, clips, random),
                clips,
                seed);
    }

    /** Says what draws the levels, in words. */
    String title() {
        String order = switch (kind()) {
            case "fopp" -> "FoPP" + warped();
            case "monotone" -> "Monotone sequences, all equally likely" + warped();
            case "independent" -> "Independent levels, " + distribution();
            default -> "Synchronous levels, " + distribution();
        };
        return order + ", " + Units.counted(exact.timesteps(), "time step") + ", "
                + Units.counted(exact.frames(), "frame") + clean();
    }

    /** Returns the name of what draws the levels, as a configuration gives it. */
    String kind() {
        return Kinds.name(config.getClass());
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
