// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Tensor;

/**
 * Presents finished frames to a model as {@link ContextConfig} says.
 *
 * @param config at which levels
 * @param prefix how many frames are given, at the front
 */
record Context(ContextConfig config, int prefix, NoiseSchedule schedule, Noise noise) {
    private static final String PURPOSE = "context noise";

    /** The level at which frame {@code frame} is presented once it is finished. */
    double level(int frame) {
        return frame < prefix ? config.given() : config.generated();
    }

    /** How frame {@code frame}, which came out as {@code x}, is presented: [B, 1, C, H, W] in the caller's scope. */
    Tensor show(int frame, Tensor x_B1CHW) {
        return Scopes.scoped(() -> {
            Tensor level_B1 = noise.levels(level(frame));
            if (config.noise()) {
                return schedule.noisy(x_B1CHW, noise.draw(PURPOSE, frame), level_B1);
            }
            return schedule.alpha(level_B1).mul(x_B1CHW);
        });
    }
}
