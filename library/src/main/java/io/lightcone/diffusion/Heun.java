// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Heun's method follows the lines of {@link Euler} with an Euler step, a second call of the network at its end, and the
 * step again with the mean of both velocities. It is of second order, at two calls of the network. The step to level 0
 * stays Euler's, as no noise is left there for the network to see (arXiv 2206.00364, algorithm 1).
 */
record Heun() implements CorrectingStepper {
    @Override
    public Tensor step(Update update) {
        return new Euler().step(update);
    }

    @Override
    public Tensor correct(Update update, Estimate there) {
        Tensor here_BTCHW = StraightPath.velocity(update.estimate());
        Tensor there_BTCHW = StraightPath.velocity(there);
        Tensor last = update.perFrame(t -> update.to()[t] == 0 ? 1 : 0).gt(new Scalar(0.5)); // [1, T, 1, 1, 1]
        Tensor mean_BTCHW = here_BTCHW.add(there_BTCHW).mul(new Scalar(0.5));
        return new StraightPath(update).follow(torch.where(last, here_BTCHW, mean_BTCHW));
    }
}
