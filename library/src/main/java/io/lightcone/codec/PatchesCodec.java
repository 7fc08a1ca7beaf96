// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The codec that moves squares of pixels into channels (space to depth): the pixel at row r and column s of its square
 * and channel c of the picture is channel {@code (c size + r) size + s} of the latent, scaled to [-1, 1].
 *
 * @param size pixels a side of a square
 * @param layout the sizes of latents
 * @param device device of the latents
 */
record PatchesCodec(int size, LatentLayout layout, Device device) implements Codec {
    /** The name of this kind in a configuration. */
    static final String KIND = "patches";

    @Override
    public double range() {
        return ClipTensors.RANGE;
    }

    @Override
    public String identity() {
        return KIND + " " + size;
    }

    @Override
    public int reach() {
        return 0;
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        layout.side(clips.get(0).height());
        layout.side(clips.get(0).width());
        return Scopes.scoped(() -> torch.pixel_unshuffle(ClipTensors.encode(clips, device), size));
    }

    @Override
    public StreamingDecoder decoder() {
        return new FrameByFrame(size);
    }

    /** A decoder that remembers nothing, since each picture depends on its own latent frame alone. */
    private record FrameByFrame(int size) implements StreamingDecoder {
        @Override
        public List<Clip> next(Tensor latent_B1CHW) {
            return Scopes.within(() -> ClipTensors.decode(torch.pixel_shuffle(latent_B1CHW, size), "generated frame"));
        }

        @Override
        public void skip(Tensor latent_BTCHW) {}

        @Override
        public void save(Snapshot to) {}

        @Override
        public void load(Snapshot from) {}
    }
}
