// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The normal distribution of latents that an encoder gives for pictures, independent for each number (the approximate
 * posterior of variational autoencoders, arXiv 1312.6114). The tensors belong to the scope that made them.
 *
 * @param mean_BTCHW the means, which a codec takes for the latents
 * @param logVariance_BTCHW the logarithms of the variances
 */
public record LatentDistribution(Tensor mean_BTCHW, Tensor logVariance_BTCHW) {
    private static final int TIME = 1;
    private static final int[] DIRECTIONS = {TIME, 3, 4};

    /**
     * What is added to the variance of each channel, as a share of the mean of all: channels that hardly change in a
     * clip count less, and nothing is gained by making all latents small.
     */
    private static final double LEAST_SHARE = 1e-3;

    private static final double LEAST_VARIANCE = 1e-12;

    /** Returns {@code mean + deviation * noise}, given standard normal noise of the same shape. */
    public Tensor sample(Tensor noise_BTCHW) {
        return Scopes.scoped(() -> {
            Tensor deviation_BTCHW = logVariance_BTCHW.mul(new Scalar(0.5)).exp();
            return mean_BTCHW.add(deviation_BTCHW.mul(noise_BTCHW));
        });
    }

    /**
     * Returns how little the means of each clip follow from those of the latent frame before and of the next row and
     * column, [B]: {@code E[(z - z')^2] / (2 Var z)} with the variance within the clip, the mean over these directions
     * and over channels. That is one minus their correlation: 0 where nothing changes, and about 1 for white noise,
     * whatever the size of the latents is. Autoencoders that learn nothing but to give back pictures come near white
     * noise, which no model can foretell.
     */
    public Tensor roughness_B() {
        return Scopes.scoped(() -> {
            Tensor z_BCTHW = mean_BTCHW.transpose(1, 2);
            Tensor mean_BC111 = z_BCTHW.mean(new long[] {2, 3, 4}, true, new ScalarTypeOptional());
            Tensor variance_BC = mean(z_BCTHW.sub(mean_BC111).square());
            Tensor least_B1 = variance_BC
                    .detach()
                    .mean(new long[] {1}, true, new ScalarTypeOptional())
                    .mul(new Scalar(LEAST_SHARE))
                    .add(new Scalar(LEAST_VARIANCE));
            Tensor sum_BC = torch.zeros_like(variance_BC);
            int directions = 0;
            for (int direction : DIRECTIONS) {
                long pairs = mean_BTCHW.size(direction) - 1;
                if (pairs > 0) {
                    int dimension = direction == TIME ? 2 : direction;
                    Tensor later = z_BCTHW.narrow(dimension, 1, pairs);
                    sum_BC = sum_BC.add(
                            mean(later.sub(z_BCTHW.narrow(dimension, 0, pairs)).square()));
                    directions++;
                }
            }
            return sum_BC.div(variance_BC.add(least_B1)).mean(1).div(new Scalar(2.0 * Math.max(1, directions)));
        });
    }

    private static Tensor mean(Tensor x_BCTHW) {
        return x_BCTHW.mean(new long[] {2, 3, 4});
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
