// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/** All that diffusion knows of a model: noisy frames and their levels in, a prediction for each frame out. */
@FunctionalInterface
public interface Denoiser {
    /**
     * Predicts, for B clips of T frames.
     *
     * @param x_BTCHW noisy frames
     * @param level_BT the noise level of each frame, 0 clean to 1 pure noise
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor predict(Tensor x_BTCHW, Tensor level_BT);
}
