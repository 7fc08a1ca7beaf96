// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/** One update of noisy frames, from one level to a lower one; each frame may go its own way. */
@FunctionalInterface
public interface Stepper {
    /**
     * Moves frames to less noise.
     *
     * @param x_BTCHW frames at {@code from_BT}
     * @param prediction_BTCHW what the network said of them
     * @param from_BT their levels
     * @param to_BT the levels to reach, none above {@code from_BT}
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor step(Tensor x_BTCHW, Tensor prediction_BTCHW, Tensor from_BT, Tensor to_BT);
}
