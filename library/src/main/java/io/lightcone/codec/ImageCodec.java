// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/**
 * A codec that encodes each picture by itself, with an autoencoder of images; a latent frame is one picture. It
 * computes a few pictures at a time, so that a long clip needs no more memory for layers than a short one.
 *
 * <p>Shapes: B clips, T frames, N pictures, C channels, H W rows and columns.
 */
final class ImageCodec implements Codec {
    /** The pixels that are encoded at once, at least one picture's: four of 256 x 256. */
    private static final long PORTION_PIXELS = 4 * 256 * 256;

    private final ImageAutoencoder autoencoder;
    private final LatentLayout layout;
    private final String identity;
    private final Device device;

    /**
     * Creates a codec.
     *
     * @param autoencoder which this codec then owns
     * @param layout sizes of its latents, of factor 1 in time
     * @param identity what the codec says of itself
     * @param device of the autoencoder
     */
    ImageCodec(ImageAutoencoder autoencoder, LatentLayout layout, String identity, Device device) {
        if (layout.time() != 1) {
            throw new IllegalArgumentException("a codec of images has a latent frame for each, not " + layout);
        }
        this.autoencoder = autoencoder;
        this.layout = layout;
        this.identity = identity;
        this.device = device;
    }

    @Override
    public LatentLayout layout() {
        return layout;
    }

    @Override
    public double range() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public boolean isFramewise() {
        return true;
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        Clip first = clips.get(0);
        layout.side(first.height());
        layout.side(first.width());
        return Scopes.withoutGrad(() -> {
            Tensor x_BTCHW = ClipTensors.encode(clips, device);
            Tensor x_NCHW = x_BTCHW.flatten(0, 1);
            int count = (int) x_NCHW.size(0);
            int portion = (int) Math.max(1, PORTION_PIXELS / ((long) first.height() * first.width()));
            Tensor[] latents = new Tensor[(count + portion - 1) / portion];
            for (int i = 0; i < latents.length; i++) {
                int from = i * portion;
                Tensor part_NCHW = x_NCHW.narrow(0, from, Math.min(portion, count - from));
                latents[i] = Scopes.scoped(() -> autoencoder.encode(part_NCHW));
            }
            Tensor z_NCHW = Tensors.cat(0, latents);
            return z_NCHW.unflatten(0, clips.size(), first.frames());
        });
    }

    @Override
    public StreamingDecoder decoder() {
        return new PictureByPicture();
    }

    @Override
    public void close() {
        autoencoder.close();
    }

    /** A decoder that remembers nothing, since each picture depends on its own latent frame alone. */
    private final class PictureByPicture implements StreamingDecoder {
        @Override
        public List<Clip> next(Tensor latent_B1CHW) {
            Clip[][] decoded = new Clip[1][];
            Scopes.runWithoutGrad(() -> {
                Tensor x_BCHW = autoencoder.decode(latent_B1CHW.squeeze(1));
                decoded[0] = ClipTensors.decode(x_BCHW.unsqueeze(1), "generated frame")
                        .toArray(Clip[]::new);
            });
            return List.of(decoded[0]);
        }

        @Override
        public void skip(Tensor latent_BTCHW) {}

        @Override
        public void save(Snapshot to) {}

        @Override
        public void load(Snapshot from) {}
    }
}
