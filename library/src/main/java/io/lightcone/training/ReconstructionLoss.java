// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.LatentDistribution;
import io.lightcone.run.ReconstructionConfig;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Measures on held-out clips what the loss of an autoencoder consists of, without what a discriminator says: its
 * opinion changes as it learns, and compares with nothing.
 */
final class ReconstructionLoss {
    private ReconstructionLoss() {}

    /**
     * Measures the terms of the loss, of clips that are decoded from the means of their latents.
     *
     * @param weights of the terms
     * @param check called before every clip; what it throws ends the measuring
     * @return {@code all}, the weighted sum, and the terms by the names of their weights, with {@code pixels} for what
     *     has none
     */
    static Map<String, Double> of(
            CausalAutoencoder autoencoder, ReconstructionConfig weights, List<Clip> clips, Runnable check) {
        double[] sums = new double[4];
        for (Clip clip : clips) {
            check.run();
            Scopes.runWithoutGrad(() -> {
                Tensor x_BTCHW = autoencoder.pictures(List.of(clip));
                LatentDistribution latents = autoencoder.distribution(x_BTCHW);
                Tensor y_BTCHW = autoencoder.decode(latents.mean_BTCHW());
                double numbers = x_BTCHW.numel();
                sums[0] += PictureLoss.charbonnier(x_BTCHW, y_BTCHW).item_double() / numbers;
                sums[1] += latents.divergence().item_double() / numbers;
                sums[2] += latents.roughness_B().mean().item_double();
                sums[3] += PictureLoss.dissimilarity(x_BTCHW.flatten(0, 1), y_BTCHW.flatten(0, 1))
                        .mean()
                        .item_double();
            });
        }
        double pixels = sums[0] / clips.size();
        double kl = sums[1] / clips.size();
        double smoothness = sums[2] / clips.size();
        double perceptual = sums[3] / clips.size();
        Map<String, Double> terms = new LinkedHashMap<>();
        terms.put(
                "all",
                pixels + weights.kl() * kl + weights.smoothness() * smoothness + weights.perceptual() * perceptual);
        terms.put("pixels", pixels);
        terms.put("kl", kl);
        terms.put("smoothness", smoothness);
        terms.put("perceptual", perceptual);
        return terms;
    }
}
