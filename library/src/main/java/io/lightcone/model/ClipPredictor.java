// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A function that predicts the frames of clips whose past frames and conditions are known, as training needs it; see
 * {@link VideoModel#given}.
 */
@FunctionalInterface
public interface ClipPredictor {
    /**
     * Predicts every frame.
     *
     * @param x_BTCHW noisy frames of these clips; there may be several draws of each, one batch of all clips after the
     *     other
     * @param level_BT the noise level of each frame, in [0, 1]
     * @param step_BT by how many levels the update of each frame shall lower it: a power of two, or 0 for the finest;
     *     null for 0 everywhere
     * @return [B, T, C, H, W] in the caller's scope
     * @throws IllegalArgumentException if there are more draws of some clips than of others, or if the conditions are
     *     of other clips or frames, or unknown to the model
     */
    Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT);

    /**
     * Returns a predictor of the same clips that need not compute all of their frames. What it says of the others means
     * nothing, and nothing is learned from it.
     *
     * @param wanted_R which frames are wanted, at least one: positions in [B * T], in rising order and on the device of
     *     the frames; the predictor must not outlive them
     */
    default ClipPredictor only(Tensor wanted_R) {
        return this;
    }
}
