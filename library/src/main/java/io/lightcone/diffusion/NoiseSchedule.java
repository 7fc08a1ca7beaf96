// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * How a level mixes a clean frame with noise:
 *
 * <pre>
 * x(s) = alpha(s) x0 + sigma(s) epsilon,    epsilon ~ N(0, 1)
 * </pre>
 *
 * <p>The level s of each frame lies in [0, 1]; 0 is clean, so alpha is 1 and sigma 0, and 1 is the most noise there is.
 * Time step t of a published table of T steps is level {@code (t + 1) / T}. Shapes: B batch, T frames.
 */
public interface NoiseSchedule {
    /** The share of the clean frame at {@code level}; it never rises with the level. */
    double alpha(double level);

    /** The share of the noise at {@code level}; it never falls with the level. */
    double sigma(double level);

    /** Logarithm of the signal-to-noise ratio {@code alpha^2 / sigma^2}: infinite where there is no noise, minus that where no signal. */
    default double logSnr(double level) {
        return 2 * (Math.log(alpha(level)) - Math.log(sigma(level)));
    }

    /** {@link #alpha(double)} of each frame, ready to multiply frames with: [B, T, 1, 1, 1], in the caller's scope. */
    default Tensor alpha(Tensor level_BT) {
        return perFrame(level_BT, this::alpha);
    }

    /** {@link #sigma(double)} of each frame, ready to multiply frames with: [B, T, 1, 1, 1], in the caller's scope. */
    default Tensor sigma(Tensor level_BT) {
        return perFrame(level_BT, this::sigma);
    }

    /** Noisy frames at the given level of each. */
    default Tensor noisy(Tensor x0_BTCHW, Tensor noise_BTCHW, Tensor level_BT) {
        return alpha(level_BT).mul(x0_BTCHW).add(sigma(level_BT).mul(noise_BTCHW));
    }

    /** A function of each frame's level as [B, T, 1, 1, 1], of the type and on the device of {@code level_BT}. */
    static Tensor perFrame(Tensor level_BT, DoubleUnaryOperator function) {
        double[] values = Arrays.stream(Tensors.doubles(level_BT)).map(function).toArray();
        return Tensors.of(values, level_BT.size(0), level_BT.size(1), 1, 1, 1)
                .to(level_BT.device(), Tensors.type(level_BT));
    }
}
