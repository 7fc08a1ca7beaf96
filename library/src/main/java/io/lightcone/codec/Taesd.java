// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.UserException;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A tiny autoencoder of the TAESD family, distilled from that of a large image model: TAESD, TAESDXL, TAESD3, TAEF1 and
 * TAEF2, of 4, 16 or 32 latent channels. A few layers of 64 channels make it tens of times as fast as what it was
 * distilled from. Its networks see pictures in [0, 1].
 */
final class Taesd implements ImageAutoencoder {
    private static final int COLOURS = 3;

    private final List<ImageLayer> encoder;
    private final List<ImageLayer> decoder;
    private final Parameters encoderWeights;
    private final Parameters decoderWeights;

    private Taesd(
            List<ImageLayer> encoder, List<ImageLayer> decoder, Parameters encoderWeights, Parameters decoderWeights) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.encoderWeights = encoderWeights;
        this.decoderWeights = decoderWeights;
    }

    /**
     * The two networks, before their weights are read.
     *
     * @param encoder pictures to latents
     * @param decoder latents to pictures
     */
    record Networks(TaesdNetwork encoder, TaesdNetwork decoder) {
        /** Returns the sizes of latents. */
        LatentLayout layout() {
            return new LatentLayout(Math.toIntExact(encoder.out()), encoder.factor(), 1);
        }
    }

    /**
     * Reads which networks two files hold, without the weights.
     *
     * @param encoder the file of the encoder
     * @param decoder the file of the decoder; the same where it holds both
     * @throws UserException if one cannot be read or holds another network, or the two do not fit
     */
    static Networks networks(Path encoder, Path decoder) {
        TaesdNetwork first = TaesdNetwork.read(encoder, TaesdNetwork.Part.ENCODER);
        TaesdNetwork second = TaesdNetwork.read(decoder, TaesdNetwork.Part.DECODER);
        if (first.in() != COLOURS) {
            throw new UserException("the encoder " + encoder + " takes pictures of " + first.in()
                    + " channels; a codec needs 3, for pictures in colour");
        }
        if (first.in() != second.out() || first.out() != second.in() || first.factor() != second.factor()) {
            throw new UserException("the encoder " + encoder + " makes " + latents(first.out(), first.factor())
                    + " of pictures of " + first.in() + " channels, but the decoder " + decoder + " takes "
                    + latents(second.in(), second.factor()) + " to pictures of " + second.out()
                    + "; choose two files of the same model");
        }
        return new Networks(first, second);
    }

    private static String latents(long channels, int factor) {
        return "latents of " + channels + " channels and factor " + factor;
    }

    /**
     * Reads an autoencoder, for the caller to close, which computes in {@code type}.
     *
     * @throws UserException as {@link #networks}, or if a weight is missing, has another shape or is left over
     */
    static Taesd open(Path encoder, Path decoder, Device device, ScalarType type) {
        Networks networks = networks(encoder, decoder);
        List<ImageLayer> down = new ArrayList<>();
        List<ImageLayer> up = new ArrayList<>();
        try (ResourceStack created = new ResourceStack()) {
            Parameters first = created.add(load(networks.encoder, device, type, down));
            Parameters second = created.add(load(networks.decoder, device, type, up));
            Taesd taesd = new Taesd(List.copyOf(down), List.copyOf(up), first, second);
            created.keep();
            return taesd;
        }
    }

    private static Parameters load(TaesdNetwork network, Device device, ScalarType type, List<ImageLayer> layers) {
        return network.weights().load(device, type, weights -> layers.addAll(network.declare(weights)));
    }

    @Override
    public Tensor encode(Tensor x_NCHW) {
        return Scopes.withoutGrad(
                () -> ImageLayer.chain(encoder, x_NCHW.mul(new Scalar(0.5)).add(new Scalar(0.5))));
    }

    @Override
    public Tensor decode(Tensor z_NCHW) {
        return Scopes.withoutGrad(
                () -> ImageLayer.chain(decoder, z_NCHW).mul(new Scalar(2.0)).sub(new Scalar(1.0)));
    }

    @Override
    public void close() {
        encoderWeights.close();
        decoderWeights.close();
    }
}
