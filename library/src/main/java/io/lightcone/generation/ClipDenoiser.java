// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import org.bytedeco.pytorch.Tensor;

/** A function that predicts a piece of a video, which is all that a {@link WindowDenoiser} knows of a model. */
@FunctionalInterface
public interface ClipDenoiser {
    /**
     * Predicts the frames of a piece of a video.
     *
     * @param first number of the piece's first frame in the video, from 0
     * @param x_BTCHW the piece's frames, each at its level
     * @param level_BT the level of each
     * @param step_BT by how many levels the update lowers each, 0 for finished frames and where that is not known
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT, Tensor step_BT);
}
