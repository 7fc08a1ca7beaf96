// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A noise schedule says how a level mixes a clean frame with noise:
 *
 * <pre>
 * x(s) = alpha(s) x0 + sigma(s) epsilon,    epsilon ~ N(0, 1)
 * </pre>
 *
 * <p>The level s of each frame lies in [0, 1]; 0 is clean, so alpha is 1 and sigma 0, and 1 is the most noise there is.
 * Time step t of a published table of T steps is level {@code (t + 1) / T}. Shapes: B batch, T frames.
 */
public interface NoiseSchedule {
    /** Returns the share of the clean frame at {@code level}; it never rises with the level. */
    double alpha(double level);

    /** Returns the share of the noise at {@code level}; it never falls with the level. */
    double sigma(double level);

    /**
     * Returns the logarithm of the signal-to-noise ratio {@code alpha^2 / sigma^2}: infinite where there is no noise,
     * minus infinity where there is no signal.
     */
    default double logSnr(double level) {
        return 2 * (Math.log(alpha(level)) - Math.log(sigma(level)));
    }

    /**
     * Returns the tensors of a batch's levels. They are computed from the levels as rounded to the type of {@code
     * like}: a float32 model is given a rounded level, and its frames are mixed at just that one. Sends one small
     * tensor to the device and reads nothing from it.
     *
     * @param like a tensor of the type and device of the frames
     * @return in the caller's scope
     */
    default Mixture at(Levels levels, Tensor like) {
        ScalarType type = Tensors.type(like);
        double[] rounded = levels.flat();
        if (type == ScalarType.Float) {
            Arrays.setAll(rounded, i -> (float) rounded[i]);
        }
        double[] all = DoubleStream.concat(
                        Arrays.stream(rounded),
                        DoubleStream.concat(
                                Arrays.stream(rounded).map(this::alpha),
                                Arrays.stream(rounded).map(this::sigma)))
                .toArray();
        long[] perFrame = {levels.clips(), levels.frames(), 1, 1, 1};
        Tensor all_3BT = Tensors.of(all, 3, levels.clips(), levels.frames()).to(like.device(), type);
        return new Mixture(
                levels,
                all_3BT.select(0, 0),
                all_3BT.select(0, 1).view(perFrame),
                all_3BT.select(0, 2).view(perFrame));
    }
}
