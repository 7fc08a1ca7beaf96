// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Precision;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A codec that encodes each picture by itself, with an autoencoder of images; a latent frame is one picture. It
 * computes one picture at a time: a long clip needs no more memory for layers than a short one, and a picture's latents
 * are the same to the bit whichever others are encoded with it, for a convolution may round otherwise in a batch.
 *
 * <p>Shapes: B clips, T frames, N pictures, C channels, H W rows and columns.
 */
final class ImageCodec implements Codec {
    private final ImageAutoencoder autoencoder;
    private final LatentLayout layout;
    private final String identity;
    private final Device device;
    private final ScalarType type;

    /**
     * Creates a codec.
     *
     * @param autoencoder which this codec then owns
     * @param layout sizes of its latents, of factor 1 in time
     * @param identity what the codec says of itself
     * @param device of the autoencoder
     * @param type of its weights, which it computes in
     */
    ImageCodec(ImageAutoencoder autoencoder, LatentLayout layout, String identity, Device device, ScalarType type) {
        if (layout.time() != 1) {
            throw new IllegalArgumentException("a codec of images has a latent frame for each, not " + layout);
        }
        this.autoencoder = autoencoder;
        this.layout = layout;
        this.identity = identity;
        this.device = device;
        this.type = type;
    }

    /** Returns the type that settings call {@code type}. */
    static ScalarType type(Precision type) {
        return type == Precision.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
    }

    /** Returns what a network takes: of 16 bits with the channels of a place side by side, which is faster then. */
    private Tensor input(Tensor x_NCHW) {
        return type == ScalarType.BFloat16 ? x_NCHW.to(type).contiguous(MemoryFormat.ChannelsLast) : x_NCHW;
    }

    /** Returns what a network gives as others take it. */
    private Tensor output(Tensor x_NCHW) {
        return type == ScalarType.BFloat16 ? x_NCHW.to(ScalarType.Float).contiguous() : x_NCHW;
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
    public int reach() {
        return 0;
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        Clip first = clips.get(0);
        layout.side(first.height());
        layout.side(first.width());
        return Scopes.withoutGrad(() -> {
            Tensor x_NCHW = ClipTensors.encode(clips, device).flatten(0, 1);
            Tensor[] latents = new Tensor[(int) x_NCHW.size(0)];
            for (int n = 0; n < latents.length; n++) {
                Tensor picture_1CHW = x_NCHW.narrow(0, n, 1);
                latents[n] = Scopes.scoped(() -> output(autoencoder.encode(input(picture_1CHW))));
            }
            return Tensors.cat(0, latents).unflatten(0, clips.size(), first.frames());
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
                Tensor x_BCHW = output(autoencoder.decode(input(latent_B1CHW.squeeze(1))));
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
