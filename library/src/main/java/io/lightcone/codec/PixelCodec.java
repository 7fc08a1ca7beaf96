// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * The codec that changes nothing but the scale: a latent frame is a picture, whose bytes 0 to 255 become -1 to 1.
 *
 * @param channels channels of a picture
 * @param device device of the latents
 */
record PixelCodec(int channels, Device device) implements Codec {
    /** The name of this kind in a configuration. */
    static final String KIND = "pixels";

    static LatentLayout layout(int channels) {
        return new LatentLayout(channels, 1, 1);
    }

    @Override
    public LatentLayout layout() {
        return layout(channels);
    }

    @Override
    public double range() {
        return ClipTensors.RANGE;
    }

    @Override
    public String identity() {
        return KIND;
    }

    @Override
    public int reach() {
        return 0;
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        return ClipTensors.encode(clips, device);
    }

    @Override
    public StreamingDecoder decoder() {
        return new PictureByPicture();
    }

    /** A decoder that remembers nothing, since each picture depends on its own latent frame alone. */
    private static final class PictureByPicture implements StreamingDecoder {
        @Override
        public List<Clip> next(Tensor latent_B1CHW) {
            return ClipTensors.decode(latent_B1CHW, "generated frame");
        }

        @Override
        public void skip(Tensor latent_BTCHW) {}

        @Override
        public void save(Snapshot to) {}

        @Override
        public void load(Snapshot from) {}
    }
}
