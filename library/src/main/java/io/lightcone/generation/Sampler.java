// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Stepper;
import io.lightcone.tensor.Snapshot;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A sampler holds all that decides how noise becomes video, apart from the model and the denoising plan.
 *
 * @param diffusion what noise is and what the model says of it
 * @param stepper how one update is computed
 * @param context how the model is shown finished frames
 * @param guidance how predictions are moved away from those with fewer conditions or less of the past
 * @param range finished frames are clipped to {@code [-range, range]}; infinite for not at all
 */
public record Sampler(
        Diffusion diffusion, Stepper stepper, ContextConfig context, GuidanceConfig guidance, double range) {
    public Sampler {
        if (!(range > 0)) {
            throw new IllegalArgumentException("range must be above 0, not " + range);
        }
    }

    /**
     * Begins a roll-out of those frames of the plan that are not given.
     *
     * @param plan which frames to generate in which order
     * @param full creates denoisers, which the roll-out closes: one, and one more for each kind of guidance
     * @param classless creates denoisers without the class
     * @param noise noise of as many clips as are to be generated together
     * @param given [B, prefix, C, H, W] the frames that the plan calls given; null without any
     * @return the roll-out, for the caller to close
     */
    public RollOut rollOut(
            DenoisingPlan plan,
            Supplier<CausalDenoiser> full,
            Supplier<CausalDenoiser> classless,
            Noise noise,
            @Nullable Tensor given) {
        int frames = given == null ? 0 : (int) given.size(1);
        if (frames != plan.prefix()) {
            throw new IllegalArgumentException(
                    "the plan has " + plan.prefix() + " given frames, but there are " + frames);
        }
        return rollOut(plan, full, classless, noise, rollOut -> {
            if (given != null) {
                rollOut.showGiven(given);
            }
        });
    }

    /**
     * Resumes a roll-out of the plan that was saved by {@link RollOut#save}.
     *
     * @param saved state of a roll-out with the same sampler, plan and noise, and with denoisers alike
     * @return the roll-out, for the caller to close
     * @throws IllegalArgumentException if it was a roll-out of another kind
     */
    public RollOut resume(
            DenoisingPlan plan,
            Supplier<CausalDenoiser> full,
            Supplier<CausalDenoiser> classless,
            Noise noise,
            Snapshot saved) {
        return rollOut(plan, full, classless, noise, rollOut -> rollOut.load(saved));
    }

    private RollOut rollOut(
            DenoisingPlan plan,
            Supplier<CausalDenoiser> full,
            Supplier<CausalDenoiser> classless,
            Noise noise,
            Consumer<RollOut> beginning) {
        Context shown = Context.of(context, diffusion.schedule(), noise);
        GuidedModel model = new GuidedModel(guidance, full, classless, shown);
        RollOut rollOut = new RollOut(this, plan, model, noise);
        try {
            beginning.accept(rollOut);
            return rollOut;
        } catch (RuntimeException e) {
            rollOut.close();
            throw e;
        }
    }
}
