// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of self-resampling (arXiv 2512.15702): how often, and how, the model generates the past of a
 * training step itself. True frames are hidden under noise, and the moving average of the model removes it again, frame
 * after frame, seeing its own versions of those before. So its own mistakes are among what it learns to continue from,
 * while the right continuation is still known.
 *
 * <p>A clip of T frames takes T - 1 rounds of {@code steps} passes of the decoder, and T - 2 passes of the encoder,
 * over a frame at a time and without gradients.
 *
 * @param share share of the steps whose past is generated so, from 0 (none) to 1
 * @param after share of the run, by steps or by the clock, that is over before the first of them, below 1: until then,
 *     the model has little to say
 * @param level highest level of the noise, from {@value #LEAST} to 1: each clip draws its own evenly, from {@value
 *     #LEAST} on. (Published is a logit-normal distribution.) At 1 nothing is left of the true frame, and the past may
 *     be of another video
 * @param steps updates of the denoising, from 1 to 1,000
 */
public record ResamplingConfig(double share, double after, double level, int steps) {
    /** The lowest level to generate frames from, since nothing can be estimated at 0. */
    public static final double LEAST = 0.01;

    private static final int MOST_STEPS = 1_000;

    public ResamplingConfig {
        require(share >= 0 && share <= 1, "share must lie in [0, 1], not " + share);
        require(after >= 0 && after < 1, "after must lie in [0, 1), not " + after);
        require(level >= LEAST && level <= 1, "level must lie in [" + LEAST + ", 1], not " + level);
        require(steps >= 1 && steps <= MOST_STEPS, "steps must lie between 1 and " + MOST_STEPS + ", not " + steps);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns a configuration without resampling: the past is always a true one. */
    static ResamplingConfig none() {
        return new ResamplingConfig(0, 0.5, 0.8, 2);
    }
}
