// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * An affine map of the last dimension, {@code x W' + b}, computed in {@code type} whatever the type of the weights; the
 * result has that type. The weights belong to the {@link Parameters} that they were declared in.
 *
 * @param weight_OI [out, in]
 * @param bias_O [out], or null for none
 */
record Linear(Tensor weight_OI, @Nullable Tensor bias_O, ScalarType type) {
    static Linear declare(Parameters parameters, String name, int in, int out, ScalarType type) {
        Tensor weight_OI = parameters.declare(name + ".weight", out, in);
        return new Linear(weight_OI, parameters.declare(name + ".bias", out), type);
    }

    static Linear withoutBias(Parameters parameters, String name, int in, int out, ScalarType type) {
        return new Linear(parameters.declare(name + ".weight", out, in), null, type);
    }

    /** [..., in] to [..., out]. */
    Tensor apply(Tensor x) {
        TensorOptional bias = bias_O == null ? new TensorOptional() : new TensorOptional(bias_O.to(type));
        if (type == ScalarType.Float && x.is_cpu()) {
            return byConvolution(x.to(type), bias);
        }
        return torch.linear(x.to(type), weight_OI.to(type), bias);
    }

    /**
     * The same as a convolution with a 1x1 kernel over an image whose pixels are the rows of x. On a CPU, float32 products go
     * to a BLAS with threads of its own, which fight those of libtorch inside fused attention unless it has only one; float32
     * convolutions go to oneDNN, which shares libtorch's threads: with two of them it is nearly twice as fast.
     */
    private Tensor byConvolution(Tensor x, TensorOptional bias) {
        long in = weight_OI.size(1);
        long out = weight_OI.size(0);
        Tensor x_1INW = x.reshape(1, -1, 1, in).permute(0, 3, 1, 2);
        Tensor y_1ONW = torch.conv2d(
                x_1INW,
                weight_OI.to(type).view(out, in, 1, 1),
                bias,
                new long[] {1, 1},
                new long[] {0, 0},
                new long[] {1, 1},
                1);
        long[] shape = x.shape();
        shape[shape.length - 1] = out;
        return y_1ONW.permute(0, 2, 3, 1).reshape(shape);
    }
}
