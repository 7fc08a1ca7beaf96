// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import java.util.List;

/**
 * Configures the shape of a {@link CausalAutoencoder}. Picture size and clip length are not part of it: any size that
 * {@code space} divides and any number of latent frames go through the same weights.
 *
 * @param pictureChannels channels of a picture: 1 or 3
 * @param latentChannels channels of a latent frame, from 1 to 256
 * @param space pixels a side that one latent stands for: 4 or 8
 * @param time pictures that a latent frame after the first stands for: 1, 2 or 4
 * @param widths channels inside the network, from the finest level to that of the latents; each level has half the rows
 *     and columns of the one before. With n levels a place of the first
 *     stands for {@code space / 2^(n - 1)} pixels a side, at least 2
 * @param depth residual blocks of each level, in the encoder and again in the decoder, from 1 to 16
 */
public record CausalAutoencoderConfig(
        int pictureChannels, int latentChannels, int space, int time, List<Integer> widths, int depth) {
    private static final int MOST_LATENT_CHANNELS = 256;
    private static final int MOST_WIDTH = 4_096;
    private static final int MOST_DEPTH = 16;
    private static final int LEAST_PATCH = 2;

    public CausalAutoencoderConfig {
        widths = List.copyOf(widths);
        require(pictureChannels == 1 || pictureChannels == 3, "pictureChannels must be 1 or 3, not " + pictureChannels);
        require(
                latentChannels >= 1 && latentChannels <= MOST_LATENT_CHANNELS,
                "latentChannels must lie between 1 and " + MOST_LATENT_CHANNELS + ", not " + latentChannels);
        require(space == 4 || space == 8, "space must be 4 or 8, not " + space);
        require(time == 1 || time == 2 || time == 4, "time must be 1, 2 or 4, not " + time);
        int most = Integer.numberOfTrailingZeros(space / LEAST_PATCH) + 1;
        require(
                !widths.isEmpty() && widths.size() <= most,
                "widths must name 1 to " + most + " levels where space is " + space + ", not " + widths.size());
        for (int width : widths) {
            require(
                    width >= 1 && width <= MOST_WIDTH,
                    "each of widths must lie between 1 and " + MOST_WIDTH + ", not " + width);
        }
        require(depth >= 1 && depth <= MOST_DEPTH, "depth must lie between 1 and " + MOST_DEPTH + ", not " + depth);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the smallest of three sizes, which is meant for small pictures on a processor of two cores. */
    public static CausalAutoencoderConfig tiny(int pictureChannels) {
        return new CausalAutoencoderConfig(pictureChannels, 16, 8, 4, List.of(32, 64, 128), 1);
    }

    /** Returns the middle of three sizes, which has less than four million weights. */
    public static CausalAutoencoderConfig small(int pictureChannels) {
        return new CausalAutoencoderConfig(pictureChannels, 16, 8, 4, List.of(48, 96, 192), 2);
    }

    /** Returns the largest of three sizes, which is meant for a GPU. */
    public static CausalAutoencoderConfig base(int pictureChannels) {
        return new CausalAutoencoderConfig(pictureChannels, 16, 8, 4, List.of(96, 192, 384), 3);
    }

    /** Returns the sizes of the latents. */
    public LatentLayout layout() {
        return new LatentLayout(latentChannels, space, time);
    }

    /** Returns how many latent frames before a latent frame it depends on: each block of the encoder looks back two. */
    public int reach() {
        return widths.size() * depth * CausalMemory.PAST;
    }

    /** Returns the pixels a side that a place of the finest level stands for. */
    int patch() {
        return space >> (widths.size() - 1);
    }

    /** Returns the numbers of the pictures that a place of the finest level stands for. */
    int patchValues() {
        return time * pictureChannels * patch() * patch();
    }

    /** Returns the number of the level of the latents, from 0. */
    int coarsest() {
        return widths.size() - 1;
    }
}
