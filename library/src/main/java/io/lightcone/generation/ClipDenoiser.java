// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import org.bytedeco.pytorch.Tensor;

/** A function that predicts a piece of a video: all that a {@link WindowDenoiser} knows of a model. */
@FunctionalInterface
public interface ClipDenoiser {
    /**
     * Predicts.
     *
     * @param first number of the piece's first frame in the video, from 0
     * @param x_BTCHW its frames, each at its level
     * @param level_BT these levels
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT);
}
