// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A residual block of an {@link AutoencoderKl}: {@code x + conv(silu(norm(conv(silu(norm(x))))))}, where a convolution
 * of one place brings x to other channels.
 */
record KlResidual(
        GroupNorm norm1,
        Convolution conv1,
        GroupNorm norm2,
        Convolution conv2,
        @Nullable Convolution shortcut) implements ImageLayer {
    /** What all norms of the network add to variances. */
    static final double EPSILON = 1e-6;

    /** Declares a block, with the names of diffusers. */
    static KlResidual declare(Parameters parameters, String name, long in, long out, long groups) {
        return new KlResidual(
                GroupNorm.declare(parameters, name + ".norm1", in, groups, EPSILON),
                Convolution.declare(parameters, name + ".conv1", in, out, 3),
                GroupNorm.declare(parameters, name + ".norm2", out, groups, EPSILON),
                Convolution.declare(parameters, name + ".conv2", out, out, 3),
                in == out ? null : Convolution.declare(parameters, name + ".conv_shortcut", in, out, 1));
    }

    @Override
    public Tensor apply(Tensor x_NCHW) {
        Tensor inner_NDHW = conv1.apply(torch.silu(norm1.apply(x_NCHW)));
        Tensor change_NDHW = conv2.apply(torch.silu(norm2.apply(inner_NDHW)));
        return change_NDHW.add(shortcut == null ? x_NCHW : shortcut.apply(x_NCHW));
    }
}
