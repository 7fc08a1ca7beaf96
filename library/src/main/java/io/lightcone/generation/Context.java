// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Tensor;

/**
 * How finished frames are presented to a model.
 *
 * @param given level of given frames
 * @param generated level of frames that the model has made
 * @param noisy whether frames are really noisy, the same each time they are shown, or only scaled as if they were
 * @param prefix how many frames are given, at the front
 * @param purpose names the noise
 */
record Context(
        double given,
        double generated,
        boolean noisy,
        int prefix,
        String purpose,
        NoiseSchedule schedule,
        Noise noise) {
    /** As the configuration says. */
    static Context of(ContextConfig config, int prefix, NoiseSchedule schedule, Noise noise) {
        return new Context(
                config.given(), config.generated(), config.noise(), prefix, "context noise", schedule, noise);
    }

    /** The same frames really noisy, all at one level, by noise of their own. */
    Context at(double level) {
        return new Context(level, level, true, prefix, "history noise", schedule, noise);
    }

    /** The level at which frame {@code frame} is presented once it is finished. */
    double level(int frame) {
        return frame < prefix ? given : generated;
    }

    /** How frame {@code frame}, which came out as {@code x}, is presented: [B, 1, C, H, W] in the caller's scope. */
    Tensor show(int frame, Tensor x_B1CHW) {
        return Scopes.scoped(() -> {
            Mixture at = schedule.at(noise.levels(level(frame)), x_B1CHW);
            return noisy
                    ? at.noisy(x_B1CHW, noise.draw(purpose, frame))
                    : at.alpha().mul(x_B1CHW);
        });
    }
}
