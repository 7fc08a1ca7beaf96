// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * How a level mixes a clean frame with noise:
 *
 * <pre>
 * x(s) = alpha(s) x0 + sigma(s) epsilon,    epsilon ~ N(0, 1)
 * </pre>
 *
 * <p>The level s of each frame lies in [0, 1]; 0 is clean and 1 is noise. Shapes: B batch, T frames.
 */
public interface NoiseSchedule {
    /** The share of the clean frame, elementwise. */
    Tensor alpha(Tensor level_BT);

    /** The share of the noise, elementwise. */
    Tensor sigma(Tensor level_BT);

    /** What the network is asked to predict for each frame. */
    Tensor target(Tensor x0_BTCHW, Tensor noise_BTCHW, Tensor level_BT);

    /** Noisy frames at the given level of each. */
    default Tensor noisy(Tensor x0_BTCHW, Tensor noise_BTCHW, Tensor level_BT) {
        return perFrame(alpha(level_BT))
                .mul(x0_BTCHW)
                .add(perFrame(sigma(level_BT)).mul(noise_BTCHW));
    }

    /** [B, T] as [B, T, 1, 1, 1], to multiply frames with. */
    static Tensor perFrame(Tensor value_BT) {
        return value_BT.view(value_BT.size(0), value_BT.size(1), 1, 1, 1);
    }
}
