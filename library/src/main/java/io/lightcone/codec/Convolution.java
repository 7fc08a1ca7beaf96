// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Convolutions;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.jspecify.annotations.Nullable;

/**
 * A convolution over rows and columns, [N, in, H, W] to [N, out, H', W']. The weights belong to the {@link Parameters}
 * that they were declared in.
 *
 * @param weight_OIHW the kernel
 * @param bias_O what is added to each channel of the result; null for nothing
 * @param stride rows and columns from one place of the kernel to the next
 * @param padding rows and columns of zeros around the input
 */
record Convolution(Tensor weight_OIHW, @Nullable Tensor bias_O, long stride, long padding) {
    /** Draws uniformly within {@code sqrt(3 / inputs of a result)}, so that activations keep their size. */
    static final Start KEEPS_SIZE = (weight, random) -> {
        double bound = Math.sqrt(3.0 * weight.size(0) / weight.numel());
        weight.copy_(random.uniform(weight.shape()).mul(new Scalar(2 * bound)).sub(new Scalar(bound)));
    };

    /** Sets a weight to one: the scale of a norm. */
    static final Start ONE = (weight, random) -> weight.fill_(new Scalar(1.0));

    /** Declares a convolution with a bias that leaves the size as it is; {@code kernel} must be odd. */
    static Convolution declare(Parameters parameters, String name, long in, long out, long kernel) {
        return declare(parameters, name, in, out, kernel, KEEPS_SIZE);
    }

    /** Declares a convolution as {@link #declare(Parameters, String, long, long, long)} with a start of its own. */
    static Convolution declare(Parameters parameters, String name, long in, long out, long kernel, Start start) {
        Tensor weight_OIHW = parameters.declare(name + ".weight", start, out, in, kernel, kernel);
        Tensor bias_O = parameters.declare(name + ".bias", Start.ZERO, out);
        return new Convolution(weight_OIHW, bias_O, 1, kernel / 2);
    }

    /** Declares a convolution without a bias that leaves the size as it is; {@code kernel} must be odd. */
    static Convolution withoutBias(Parameters parameters, String name, long in, long out, long kernel) {
        Tensor weight_OIHW = parameters.declare(name + ".weight", KEEPS_SIZE, out, in, kernel, kernel);
        return new Convolution(weight_OIHW, null, 1, kernel / 2);
    }

    /** Returns the same convolution with another stride. */
    Convolution withStride(long other) {
        return new Convolution(weight_OIHW, bias_O, other, padding);
    }

    /** Returns the same convolution with another padding. */
    Convolution withPadding(long other) {
        return new Convolution(weight_OIHW, bias_O, stride, other);
    }

    /** Returns the same convolution with weights that gradients do not reach, which belong to the caller's scope. */
    Convolution detached() {
        return new Convolution(weight_OIHW.detach(), bias_O == null ? null : bias_O.detach(), stride, padding);
    }

    /** Applies this convolution, [N, in, H, W] to [N, out, H', W']. */
    Tensor apply(Tensor x_NIHW) {
        return Convolutions.apply(
                x_NIHW,
                weight_OIHW,
                bias_O == null ? new TensorOptional() : new TensorOptional(bias_O),
                stride,
                padding);
    }
}
