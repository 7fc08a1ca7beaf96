// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * How training draws the noise level of each frame.
 *
 * @param order how the levels of the frames of a clip depend on each other
 * @param distribution of one level. FOPP and MONOTONE draw time steps: with UNIFORM, which is AR-Diffusion's, step t of T is the
 *     level {@code (t + 1) / T}; with another, it is the levels between which {@code t / T} and {@code (t + 1) / T} of the
 *     distribution lie, so that steps are close together where most is to be learned
 * @param mean of the logit of a level, for LOGIT_NORMAL: above 0 it favours noisy frames, whose content must come from the
 *     past; below 0 clean ones
 * @param timesteps FOPP and MONOTONE only: how many time steps there are
 * @param clean probability of frames without noise, which the model sees as its past and which carry no loss
 * @param cleanFrames which frames that is
 */
public record LevelsConfig(
        Order order, Distribution distribution, double mean, int timesteps, double clean, CleanFrames cleanFrames) {
    private static final int MOST_TIMESTEPS = 1_000_000;
    /** Beyond it, hardly any level would differ from 0 or from 1. */
    private static final int FARTHEST_MEAN = 10;

    /** How the levels of the frames of a clip depend on each other. */
    public enum Order {
        /** Each frame draws its own, as in Diffusion Forcing (arXiv 2407.01392) and MSC. */
        INDEPENDENT,
        /** All frames have the same, as in ordinary video diffusion. */
        SYNCHRONOUS,
        /** Never falling over frames, by AR-Diffusion's FoPP scheduler (arXiv 2503.07418). */
        FOPP,
        /** Never falling over frames, all such sequences equally likely: FoPP's naive rival, for comparison. */
        MONOTONE
    }

    /** Of one level. */
    public enum Distribution {
        /** All levels equally often. */
        UNIFORM,
        /** sigmoid(N(mean, 1)): more often in the middle, where most is to be learned (arXiv 2403.03206). */
        LOGIT_NORMAL
    }

    /** Which frames have no noise. */
    public enum CleanFrames {
        /** Each frame by itself, with probability {@code clean} (FAR's stochastic clean context, arXiv 2503.19325). */
        ANY,
        /** With probability {@code clean}, the first few frames of a clip, from one to all but one: like given frames. */
        FIRST
    }

    public LevelsConfig {
        require(
                Math.abs(mean) <= FARTHEST_MEAN,
                "mean must lie between -" + FARTHEST_MEAN + " and " + FARTHEST_MEAN + ", not " + mean);
        require(
                timesteps >= 1 && timesteps <= MOST_TIMESTEPS,
                "timesteps must lie between 1 and " + MOST_TIMESTEPS + ", not " + timesteps);
        require(clean >= 0 && clean < 1, "clean must be a probability from 0 to below 1, not " + clean);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Each frame for itself, none of them clean. */
    public static LevelsConfig independent(Distribution distribution, double mean) {
        return new LevelsConfig(Order.INDEPENDENT, distribution, mean, 1000, 0, CleanFrames.ANY);
    }

    /** AR-Diffusion's: FoPP over 1,000 time steps. */
    public static LevelsConfig fopp() {
        return new LevelsConfig(Order.FOPP, Distribution.UNIFORM, 0, 1000, 0, CleanFrames.ANY);
    }

    /** What draws them. */
    public LevelSampler sampler() {
        LevelSampler levels = switch (order) {
            case INDEPENDENT -> new IndependentLevels(distribution, mean);
            case SYNCHRONOUS -> new SynchronousLevels(new IndependentLevels(distribution, mean));
            case FOPP -> new MonotoneLevels(kept(frames -> new Fopp(frames, timesteps)), timesteps, this::level);
            case MONOTONE ->
                new MonotoneLevels(kept(frames -> new EvenMonotone(frames, timesteps)), timesteps, this::level);
        };
        return clean == 0 ? levels : new CleanLevels(levels, clean, cleanFrames);
    }

    /** Each law is made once for each length of a clip: its tables cost more than what is drawn for one clip. */
    private static IntFunction<MonotoneLaw> kept(IntFunction<MonotoneLaw> laws) {
        Map<Integer, MonotoneLaw> known = new ConcurrentHashMap<>();
        return frames -> known.computeIfAbsent(frames, laws::apply);
    }

    /** FOPP and MONOTONE: the level of {@code t + u}, with time step t and u in [0, 1) the place in it. */
    private double level(double place) {
        return switch (distribution) {
            case UNIFORM -> (Math.floor(place) + 1) / timesteps;
            case LOGIT_NORMAL -> 1 / (1 + Math.exp(-mean - Gaussian.quantile(place / timesteps)));
        };
    }
}
