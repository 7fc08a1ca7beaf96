// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The normal distribution of latents that an encoder gives for pictures, independent for each number (the approximate
 * posterior of variational autoencoders, arXiv 1312.6114). The tensors belong to the scope that made them.
 *
 * @param mean_BTCHW the means, which a codec takes for the latents
 * @param logVariance_BTCHW the logarithms of the variances
 */
public record LatentDistribution(Tensor mean_BTCHW, Tensor logVariance_BTCHW) {
    /** Returns {@code mean + deviation * noise}, given standard normal noise of the same shape. */
    public Tensor sample(Tensor noise_BTCHW) {
        return Scopes.scoped(() -> {
            Tensor deviation_BTCHW = logVariance_BTCHW.mul(new Scalar(0.5)).exp();
            return mean_BTCHW.add(deviation_BTCHW.mul(noise_BTCHW));
        });
    }

    /**
     * Returns the Kullback-Leibler divergence of this from the standard normal distribution, summed over all numbers:
     * {@code (mean^2 + variance - 1 - ln variance) / 2}.
     */
    public Tensor divergence() {
        return Scopes.scoped(() -> {
            Tensor twice_BTCHW = mean_BTCHW
                    .square()
                    .add(logVariance_BTCHW.exp())
                    .sub(logVariance_BTCHW)
                    .sub(new Scalar(1.0));
            return twice_BTCHW.sum().mul(new Scalar(0.5));
        });
    }
}
