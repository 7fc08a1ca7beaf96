// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

/**
 * Estimates what the forward pass of a {@link CausalAutoencoder} keeps for the backward pass, by going through its
 * operations and noting what libtorch saves for the gradient of each. Of n places with C channels, a block keeps
 *
 * <pre>
 * 4 n C       its input, that over its root mean square, this scaled, and SiLU of this
 * 3 n C       the outcome of the convolution within frames, over its root mean square, and scaled
 * 3 n C       SiLU of this of three frames side by side
 * </pre>
 *
 * and a convolution to the next level its input. Places of the other levels and latents, which are few, count as well;
 * what has one value a place does not.
 */
public final class AutoencoderMemory {
    private static final int OF_BLOCK = 10;
    /** Means, variances, noise and sample, and what their divergence keeps. */
    private static final int OF_LATENTS = 8;

    private AutoencoderMemory() {}

    /**
     * Returns how many numbers are kept of one clip that is encoded and decoded.
     *
     * @param frames latent frames of the clip
     * @param height rows of a picture
     * @param width columns of a picture
     */
    public static double keptNumbers(CausalAutoencoderConfig config, int frames, int height, int width) {
        double places = places(config, frames, height, width);
        double kept = 2 * places * config.patchValues(); // what the encoder is given, and what the decoder gives
        for (int level = 0; level <= config.coarsest(); level++) {
            // Blocks of both networks, and what leaves the last block of each.
            kept += 2 * places * config.widths().get(level) * (OF_BLOCK * config.depth() + 1);
            places /= level == config.coarsest() ? 1 : 4;
        }
        return kept + places * config.latentChannels() * OF_LATENTS;
    }

    /** Returns how many numbers the finest level of one clip has at a time; for the parameters see above. */
    public static double finestNumbers(CausalAutoencoderConfig config, int frames, int height, int width) {
        return places(config, frames, height, width) * config.widths().get(0);
    }

    private static double places(CausalAutoencoderConfig config, int frames, int height, int width) {
        return (double) frames * height * width / (config.patch() * config.patch());
    }
}
