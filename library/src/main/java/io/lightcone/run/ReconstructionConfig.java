// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * Configures what an autoencoder of videos learns besides to give back each number of its pictures: the weights of
 * further terms of its loss, all of which are means over the numbers of the pictures.
 *
 * @param kl weight of the divergence of the latents from the standard normal distribution, summed over the latents and
 *     divided by the numbers of the pictures (arXiv 2112.10752); from 0 to 1,000
 * @param smoothness weight of one minus the correlation of the latents with those of the frame before and of
 *     neighbouring places: what does not follow from these has to be foretold by the model that learns the latents;
 *     from 0 to 1,000
 * @param perceptual weight of one minus the structural similarity of the pictures at several scales; from 0 to 1,000
 * @param adversarial weight of what a discriminator of small parts of pictures says (arXiv 2112.10752); 0 for none, to
 *     1,000
 * @param adversarialAfter share of the run after which the discriminator learns and is listened to; from 0 to 1
 */
public record ReconstructionConfig(
        double kl, double smoothness, double perceptual, double adversarial, double adversarialAfter) {
    private static final int MOST = 1_000;

    public ReconstructionConfig {
        requireWeight("kl", kl);
        requireWeight("smoothness", smoothness);
        requireWeight("perceptual", perceptual);
        requireWeight("adversarial", adversarial);
        if (!(adversarialAfter >= 0 && adversarialAfter <= 1)) {
            throw new IllegalArgumentException("adversarialAfter must lie between 0 and 1, not " + adversarialAfter);
        }
    }

    private static void requireWeight(String key, double weight) {
        if (!(weight >= 0 && weight <= MOST)) {
            throw new IllegalArgumentException(key + " must lie between 0 and " + MOST + ", not " + weight);
        }
    }

    /** Returns the defaults: hardly any divergence, smooth latents, some structural similarity, no discriminator. */
    public static ReconstructionConfig defaults() {
        return new ReconstructionConfig(1e-6, 0.02, 0.1, 0, 0.5);
    }
}
