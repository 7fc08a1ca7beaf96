// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.RecordCopy;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Solver;
import io.lightcone.diffusion.Stepper;

/**
 * The configuration of how video is generated.
 *
 * @param steps updates of each frame, from noise to clean
 * @param order in which order frames lose their noise
 * @param gap for {@code ad}: by how many updates a frame is behind the one before it, from 0 (all together) to {@code
 *     steps} (one after the other)
 * @param block how many frames go together in place of single ones
 * @param solver how one update is computed
 * @param eta for {@code ddim}: share of DDPM's fresh noise, from 0 to 1
 * @param given how many frames are given when a clip is continued
 * @param cache whether keys and values of finished frames are remembered, instead of computed anew at every call;
 *     the videos are the same as long as they fit into the window
 * @param memory how much of the past is remembered
 * @param context how the model is shown finished frames
 * @param guidance how predictions are moved away from those with fewer conditions or less of the past
 */
public record SamplingConfig(
        int steps,
        DenoisingOrder order,
        int gap,
        int block,
        Solver solver,
        double eta,
        int given,
        boolean cache,
        MemoryConfig memory,
        ContextConfig context,
        GuidanceConfig guidance) {

    /** The largest number of steps, of given frames, and of frames of a block. */
    private static final int MOST = 100_000;

    /** The orders in which frames can lose their noise; see {@link DenoisingPlan}. */
    public enum DenoisingOrder {
        /** All together. */
        SYNCHRONOUS,
        /** One after the other, or one block after the other. */
        FRAME_BY_FRAME,
        /** Each {@code gap} updates behind the one before it (AR-Diffusion, arXiv 2503.07418). */
        AD
    }

    public SamplingConfig {
        requireWithin("steps", steps);
        requireWithin("given", given);
        requireWithin("block", block);
        require(
                order != DenoisingOrder.AD || (gap >= 0 && gap <= steps),
                "gap must lie between 0 and the " + steps + " steps, not " + gap);
        require(eta >= 0 && eta <= 1, "eta must lie between 0 and 1, not " + eta);
        require(
                eta == 0 || solver == Solver.DDIM,
                "eta is for the solver DDIM; with " + solver + " leave it 0, not " + eta);
        require(
                cache || memory.sinks() == 0,
                "sinks are kept in the cache: set cache to true, or memory.sinks to 0, not " + memory.sinks());
    }

    private static void requireWithin(String key, int value) {
        require(value >= 1 && value <= MOST, key + " must lie between 1 and " + MOST + ", not " + value);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the configuration that generates one frame after the other, by Euler steps. */
    public static SamplingConfig frameByFrame(int steps, double contextLevel, int given) {
        return new SamplingConfig(
                steps,
                DenoisingOrder.FRAME_BY_FRAME,
                0,
                1,
                Solver.EULER,
                0,
                given,
                true,
                MemoryConfig.ofTraining(),
                ContextConfig.of(contextLevel),
                GuidanceConfig.none());
    }

    /** Returns the plan of denoising {@code frames} frames, the first {@code prefix} of which are given. */
    public DenoisingPlan plan(int frames, int prefix) {
        int rows = switch (order) {
            case SYNCHRONOUS -> 0;
            case FRAME_BY_FRAME -> steps;
            case AD -> gap;
        };
        return new DenoisingPlan(frames, prefix, steps, rows, block);
    }

    /** Returns this configuration with another number of frames given when a clip is continued. */
    public SamplingConfig withGiven(int other) {
        return RecordCopy.of(this).with(SamplingConfig::given, other).build();
    }

    /**
     * Returns the same configuration with another number of updates of each frame.
     *
     * @throws IllegalArgumentException if there cannot be so many, or if frames are in work behind each other, so that
     *     the gap would be another share of their updates
     */
    public SamplingConfig withSteps(int other) {
        boolean staggered = order == DenoisingOrder.AD && gap < steps;
        require(
                !staggered || other == steps,
                "with sampling.order AD and sampling.gap " + gap + " several frames are in work, whose plan is for "
                        + steps + " steps; to change them within a video, set sampling.order to FRAME_BY_FRAME");
        return RecordCopy.of(this)
                .with(SamplingConfig::steps, other)
                .with(SamplingConfig::gap, order == DenoisingOrder.AD && !staggered ? other : gap)
                .build();
    }

    /** Returns whether each frame is finished before the next one begins. */
    public boolean oneByOne() {
        return block == 1 && (order == DenoisingOrder.FRAME_BY_FRAME || (order == DenoisingOrder.AD && gap == steps));
    }

    /**
     * Requires that the model sees enough frames at once for {@code plan}, besides the sinks.
     *
     * @param trained frames of a training clip
     * @throws IllegalArgumentException if it does not; it says which gap or block would do
     */
    public void requireFits(DenoisingPlan plan, int trained) {
        plan.requireFits(memory.window(trained) - memory.sinks());
    }

    /** Returns the stepper that computes one update. */
    public Stepper stepper() {
        return solver.stepper(eta);
    }
}
