// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.Kind;
import org.bytedeco.pytorch.Device;

/**
 * The configuration of a codec without weights, which moves the pixels of each square into channels: nothing is lost,
 * and the model has fewer places with more channels.
 *
 * @param size pixels a side of a square, from 2 to 64; a latent has size * size times the channels of a pixel
 */
@Kind(PatchesCodec.KIND)
record PatchesConfig(int size) implements CodecConfig {
    private static final int LARGEST = 64;

    PatchesConfig {
        if (size < 2 || size > LARGEST) {
            throw new IllegalArgumentException("size must be from 2 to " + LARGEST + ", not " + size);
        }
    }

    /** Returns the defaults. */
    static PatchesConfig defaults() {
        return new PatchesConfig(2);
    }

    @Override
    public LatentLayout layout(int channels) {
        return new LatentLayout(channels * size * size, size, 1);
    }

    @Override
    public Codec open(int channels, Device device) {
        return new PatchesCodec(size, layout(channels), device);
    }
}
