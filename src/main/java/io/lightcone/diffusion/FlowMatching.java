// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Flow matching along straight lines (arXiv 2210.02747, 2209.03003): {@code x(s) = (1 - s) x0 + s epsilon}. The network
 * predicts the velocity {@code dx/ds = epsilon - x0}, which is the same all along the line.
 */
public record FlowMatching() implements NoiseSchedule {
    @Override
    public Tensor alpha(Tensor level_BT) {
        return level_BT.neg().add(new Scalar(1.0));
    }

    @Override
    public Tensor sigma(Tensor level_BT) {
        return level_BT;
    }

    @Override
    public Tensor target(Tensor x0_BTCHW, Tensor noise_BTCHW, Tensor level_BT) {
        return noise_BTCHW.sub(x0_BTCHW);
    }
}
