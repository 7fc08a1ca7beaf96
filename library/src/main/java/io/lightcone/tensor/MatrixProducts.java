// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Multiplies large matrices, each by the fastest way there is. On a CPU, libtorch hands float32 products to a BLAS with
 * threads of its own, which fight those of libtorch inside fused attention unless it has only one ({@link Libtorch});
 * convolutions it hands to oneDNN, which shares libtorch's threads. So float32 products go as convolutions with a 1x1
 * kernel over an image whose pixels are the rows: with two threads up to twice as fast. bfloat16 goes to oneDNN anyway.
 *
 * <p>A thread that computes alone gains nothing by that, and not all sizes are computed correctly as convolutions
 * ({@link Convolutions}); these are products as libtorch has them.
 */
public final class MatrixProducts {
    static {
        NativeMemory.allow();
        Libtorch.prepare();
    }

    private MatrixProducts() {}

    /**
     * Computes {@code x W' + b} over the last dimension, with gradients.
     *
     * @param x [..., in], of the type of the weight
     * @param weight_OI [out, in]
     * @param bias_O [out], or none
     * @return [..., out] in the caller's scope
     */
    public static Tensor linear(Tensor x, Tensor weight_OI, TensorOptional bias_O) {
        return x.is_cpu() && Tensors.type(x) == ScalarType.Float && x.numel() > 0 && torch.get_num_threads() > 1
                ? byConvolution(x, weight_OI, bias_O)
                : torch.linear(x, weight_OI, bias_O);
    }

    private static Tensor byConvolution(Tensor x, Tensor weight_OI, TensorOptional bias_O) {
        long in = weight_OI.size(1);
        long out = weight_OI.size(0);
        Tensor x_1INW = x.reshape(1, -1, 1, in).permute(0, 3, 1, 2);
        Tensor weight_OI11 = weight_OI.view(out, in, 1, 1);
        if (!Convolutions.isCorrect(x_1INW, weight_OI11, 1, 0)) {
            return torch.linear(x, weight_OI, bias_O);
        }
        long[] shape = x.shape();
        shape[shape.length - 1] = out;
        return Convolutions.fast(x_1INW, weight_OI11, bias_O, 1, 0)
                .permute(0, 2, 3, 1)
                .reshape(shape);
    }
}
