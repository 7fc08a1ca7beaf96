// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Normalises each group of channels of each picture to mean 0 and variance 1 (arXiv 1803.08494), then scales and shifts
 * each channel. The weights belong to the {@link Parameters} that they were declared in.
 *
 * @param weight_C what each channel is multiplied by
 * @param bias_C what is added to each channel
 * @param groups how many groups of as many channels there are
 * @param epsilon what is added to each variance
 */
record GroupNorm(Tensor weight_C, Tensor bias_C, long groups, double epsilon) implements ImageLayer {
    /** Declares a norm; {@code groups} must divide {@code channels}. */
    static GroupNorm declare(Parameters parameters, String name, long channels, long groups, double epsilon) {
        Tensor weight_C = parameters.declare(name + ".weight", Convolution.ONE, channels);
        Tensor bias_C = parameters.declare(name + ".bias", Start.ZERO, channels);
        return new GroupNorm(weight_C, bias_C, groups, epsilon);
    }

    @Override
    public Tensor apply(Tensor x_NCHW) {
        return torch.group_norm(
                x_NCHW, groups, new TensorOptional(weight_C), new TensorOptional(bias_C), epsilon, false);
    }
}
