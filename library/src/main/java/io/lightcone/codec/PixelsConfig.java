// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.Kind;
import org.bytedeco.pytorch.Device;

/** The configuration of no codec but a change of scale: the model learns pixels. */
@Kind(PixelCodec.KIND)
record PixelsConfig() implements CodecConfig {
    @Override
    public LatentLayout layout(int channels) {
        return PixelCodec.layout(channels);
    }

    @Override
    public Codec open(int channels, Device device) {
        return new PixelCodec(channels, device);
    }
}
