// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

/**
 * Training on a past that the model has made itself, after true frames (self-resampling, arXiv 2512.15702): a true frame is
 * hidden under noise, and the model takes the noise away again, seeing what it made of the frames before. So its mistakes are
 * among what it learns to go on from, while what is right is still known.
 *
 * @param share of the steps whose past is made so, in [0, 1]; 0 for none
 * @param after so many steps, before which the model has little to say
 * @param level highest level of the noise, in (0, 1]: each clip draws its own, evenly from 0. At 1 nothing is left of the true
 *     frame, and the past may be of another video
 * @param steps of taking the noise away
 */
public record ResamplingConfig(double share, long after, double level, int steps) {
    private static final int MOST_STEPS = 1_000;

    public ResamplingConfig {
        require(share >= 0 && share <= 1, "share must lie in [0, 1], not " + share);
        require(after >= 0, "after must not be negative, but is " + after);
        require(level > 0 && level <= 1, "level must lie in (0, 1], not " + level);
        require(steps >= 1 && steps <= MOST_STEPS, "steps must lie between 1 and " + MOST_STEPS + ", not " + steps);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Never: the past is always a true one. */
    public static ResamplingConfig none() {
        return new ResamplingConfig(0, 1_000, 0.8, 2);
    }
}
