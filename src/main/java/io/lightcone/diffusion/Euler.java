// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/** Euler's method for a predicted velocity: {@code x(to) = x(from) + (to - from) v}. Exact where the velocity is constant. */
public record Euler() implements Stepper {
    @Override
    public Tensor step(Tensor x_BTCHW, Tensor prediction_BTCHW, Tensor from_BT, Tensor to_BT) {
        return x_BTCHW.add(NoiseSchedule.perFrame(to_BT.sub(from_BT)).mul(prediction_BTCHW));
    }
}
