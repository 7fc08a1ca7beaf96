// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Stepper;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * All that decides how noise becomes video, apart from the model and the order.
 *
 * @param diffusion what noise is and what the model says of it
 * @param stepper how one update is made
 * @param context how finished frames are presented to the model
 * @param range finished frames are clipped to {@code [-range, range]}; infinite for not at all
 */
public record Sampler(Diffusion diffusion, Stepper stepper, ContextConfig context, double range) {
    public Sampler {
        if (!(range > 0)) {
            throw new IllegalArgumentException("range must be above 0, not " + range);
        }
    }

    /**
     * Frames of the plan that are not given, one after the other.
     *
     * @param plan which frames to generate in which order
     * @param denoiser fresh; the roll-out closes it
     * @param noise of as many clips as are to be made together
     * @param given [B, prefix, C, H, W] the frames that the plan calls given; null without any
     */
    public RollOut rollOut(DenoisingPlan plan, CausalDenoiser denoiser, Noise noise, @Nullable Tensor given) {
        RollOut rollOut = new RollOut(this, plan, denoiser, noise);
        if (given != null) {
            rollOut.give(given);
        }
        return rollOut;
    }
}
