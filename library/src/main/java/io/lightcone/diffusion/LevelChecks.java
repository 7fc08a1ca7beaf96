// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.LevelsConfig.Distribution;

/** Checks and computations that several kinds of {@link LevelsConfig} share. */
final class LevelChecks {
    private static final int MOST_TIMESTEPS = 1_000_000;
    /** The largest allowed mean of the logit; beyond it, hardly any level would differ from 0 or from 1. */
    private static final int FARTHEST_MEAN = 10;

    private LevelChecks() {}

    static void check(double mean, double clean) {
        require(
                Math.abs(mean) <= FARTHEST_MEAN,
                "mean must lie between -" + FARTHEST_MEAN + " and " + FARTHEST_MEAN + ", not " + mean);
        require(clean >= 0 && clean < 1, "clean must be a probability from 0 to below 1, not " + clean);
    }

    static void checkTimesteps(int timesteps) {
        require(
                timesteps >= 1 && timesteps <= MOST_TIMESTEPS,
                "timesteps must lie between 1 and " + MOST_TIMESTEPS + ", not " + timesteps);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the level of the place {@code t + u}, with time step t and u in [0, 1) the place within it. */
    static double level(double place, int timesteps, Distribution distribution, double mean) {
        return switch (distribution) {
            case UNIFORM -> (Math.floor(place) + 1) / timesteps;
            case LOGIT_NORMAL -> 1 / (1 + Math.exp(-mean - Gaussian.quantile(place / timesteps)));
        };
    }
}
