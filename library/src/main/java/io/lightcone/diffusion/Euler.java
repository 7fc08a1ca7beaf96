// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * Euler's method moves frames along straight lines: {@code x(to) = x(from) + (sigma(to) - sigma(from)) (epsilon - x0)}
 * for flow matching. For other schedules it does so with {@linkplain StraightPath rescaled frames}, which is DDIM
 * without fresh noise. It is of first order, and exact where the velocity is constant.
 */
record Euler() implements Stepper {
    @Override
    public Tensor step(Update update) {
        return new StraightPath(update).follow(StraightPath.velocity(update.estimate()));
    }
}
