// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.config.Kind;

/**
 * The configuration of how training draws the noise level of each frame: one record for each method, with the keys of
 * that method alone.
 */
public sealed interface LevelsConfig {
    /** Returns the distribution of the level of a single frame. */
    Distribution distribution();

    /** Returns the mean of the logit of a level, for LOGIT_NORMAL. */
    double mean();

    /** Returns the probability of frames without noise. */
    double clean();

    /** Returns which frames have no noise. */
    CleanFrames cleanFrames();

    /** Returns the sampler of the levels before it is decided which frames are clean. */
    LevelSampler noisy();

    /** Returns the sampler of the levels, clean frames included. */
    default LevelSampler sampler() {
        return clean() == 0 ? noisy() : new CleanLevels(noisy(), clean(), cleanFrames());
    }

    /** The distributions of a single level. */
    enum Distribution {
        /** All levels equally often. */
        UNIFORM,
        /** sigmoid(N(mean, 1)): more often in the middle, where most is to be learned (arXiv 2403.03206). */
        LOGIT_NORMAL
    }

    /** The choices of which frames have no noise. */
    enum CleanFrames {
        /** Each frame by itself, with probability {@code clean} (FAR's stochastic clean context, arXiv 2503.19325). */
        ANY,
        /**
         * With probability {@code clean}, the first few frames of a clip, from one to all but one: like given frames.
         */
        FIRST
    }

    /**
     * The configuration in which each frame draws its own level, as in Diffusion Forcing (arXiv 2407.01392) and MSC.
     *
     * @param distribution how often each level is drawn
     * @param mean mean of the logit of a level, for {@code logit_normal}, from -10 to 10: above 0 it favours noisy
     *     frames, whose content must come from the past; below 0 clean ones
     * @param clean probability, below 1, of frames without noise, which the model sees as its past and which carry no
     *     loss
     * @param cleanFrames which frames that is
     */
    @Kind("independent")
    record Independent(Distribution distribution, double mean, double clean, CleanFrames cleanFrames)
            implements LevelsConfig {
        public Independent {
            LevelChecks.check(mean, clean);
        }

        /** Returns uniform levels, none of them clean. */
        public static Independent defaults() {
            return independent(Distribution.UNIFORM, 0);
        }

        @Override
        public LevelSampler noisy() {
            return new IndependentLevels(distribution, mean);
        }
    }

    /**
     * The configuration in which all frames of a clip have the same level, as in ordinary video diffusion.
     *
     * @param distribution how often each level is drawn
     * @param mean mean of the logit of a level, for {@code logit_normal}, from -10 to 10: above 0 it favours noisy
     *     clips, below 0 clean ones
     * @param clean probability, below 1, of frames without noise, which the model sees as its past and which carry no
     *     loss
     * @param cleanFrames which frames that is
     */
    @Kind("synchronous")
    record Synchronous(Distribution distribution, double mean, double clean, CleanFrames cleanFrames)
            implements LevelsConfig {
        public Synchronous {
            LevelChecks.check(mean, clean);
        }

        /** Returns uniform levels, none of them clean. */
        public static Synchronous defaults() {
            return new Synchronous(Distribution.UNIFORM, 0, 0, CleanFrames.ANY);
        }

        @Override
        public LevelSampler noisy() {
            return new SynchronousLevels(new IndependentLevels(distribution, mean));
        }
    }

    /**
     * The configuration of levels that never fall over the frames of a clip, by AR-Diffusion's FoPP scheduler (arXiv
     * 2503.07418).
     *
     * @param distribution how often each level is drawn. With {@code uniform}, which is AR-Diffusion's, step t of T is
     *     the level (t + 1) / T; with another, it is the levels between which t / T and (t + 1) / T of the distribution
     *     lie, so that steps are close together where most is to be learned
     * @param mean mean of the logit of a level, for {@code logit_normal}, from -10 to 10: above 0 it favours noisy
     *     frames, below 0 clean ones
     * @param timesteps how many time steps there are (T), from 1 to 1,000,000
     * @param clean probability, below 1, of frames without noise, which the model sees as its past and which carry no
     *     loss
     * @param cleanFrames which frames that is
     */
    @Kind("fopp")
    record Fopp(Distribution distribution, double mean, int timesteps, double clean, CleanFrames cleanFrames)
            implements LevelsConfig {
        public Fopp {
            LevelChecks.check(mean, clean);
            LevelChecks.checkTimesteps(timesteps);
        }

        /** Returns AR-Diffusion's levels: uniform, in 1,000 time steps. */
        public static Fopp defaults() {
            return new Fopp(Distribution.UNIFORM, 0, 1000, 0, CleanFrames.ANY);
        }

        @Override
        public LevelSampler noisy() {
            return MonotoneLevels.fopp(timesteps, place -> LevelChecks.level(place, timesteps, distribution, mean));
        }
    }

    /**
     * The configuration of levels that never fall over the frames of a clip, all such sequences equally likely: a
     * baseline for FoPP.
     *
     * @param distribution how often each level is drawn. With {@code uniform}, step t of T is the level (t + 1) / T;
     *     with another, it is the levels between which t / T and (t + 1) / T of the distribution lie, so that steps are
     *     close together where most is to be learned
     * @param mean mean of the logit of a level, for {@code logit_normal}, from -10 to 10: above 0 it favours noisy
     *     frames, below 0 clean ones
     * @param timesteps how many time steps there are (T), from 1 to 1,000,000
     * @param clean probability, below 1, of frames without noise, which the model sees as its past and which carry no
     *     loss
     * @param cleanFrames which frames that is
     */
    @Kind("monotone")
    record Monotone(Distribution distribution, double mean, int timesteps, double clean, CleanFrames cleanFrames)
            implements LevelsConfig {
        public Monotone {
            LevelChecks.check(mean, clean);
            LevelChecks.checkTimesteps(timesteps);
        }

        /** Returns uniform levels in 1,000 time steps. */
        public static Monotone defaults() {
            return new Monotone(Distribution.UNIFORM, 0, 1000, 0, CleanFrames.ANY);
        }

        @Override
        public LevelSampler noisy() {
            return MonotoneLevels.even(timesteps, place -> LevelChecks.level(place, timesteps, distribution, mean));
        }
    }

    /** Returns levels that each frame draws independently, none of them clean. */
    static Independent independent(Distribution distribution, double mean) {
        return new Independent(distribution, mean, 0, CleanFrames.ANY);
    }
}
