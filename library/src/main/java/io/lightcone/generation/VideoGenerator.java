// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.diffusion.DenoisingPlan;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A model that is ready to generate video. */
@FunctionalInterface
public interface VideoGenerator {
    /**
     * Begins a video, or several together.
     *
     * @param plan which frames to generate in which order
     * @param noise noise of as many clips as are to be generated together
     * @param given [B, prefix, C, H, W], the frames that the plan calls given; null without any
     * @return the roll-out, for the caller to close
     * @throws IllegalArgumentException if the plan has more frames in work at once than the model sees
     */
    RollOut rollOut(DenoisingPlan plan, Noise noise, @Nullable Tensor given);
}
