// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.ResourceStack;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A codec whose latents are those of another one, less the mean and divided by the standard deviation of their channel.
 * It owns the other codec.
 *
 * <p>Shapes: B clips, T latent frames, C latent channels, H W latent rows and columns.
 */
final class NormalisedCodec implements Codec {
    private static final int NAMED_DIGITS = 8;

    private final Codec codec;
    private final Tensor mean_C11;
    private final Tensor deviation_C11;
    private final String identity;

    private NormalisedCodec(Codec codec, Tensor mean_C11, Tensor deviation_C11, String identity) {
        this.codec = codec;
        this.mean_C11 = mean_C11;
        this.deviation_C11 = deviation_C11;
        this.identity = identity;
    }

    /**
     * Returns a codec that normalises by the statistics in {@code latents}.
     *
     * @param codec which the result then owns
     */
    static NormalisedCodec of(Codec codec, LatentsConfig latents, Device device) {
        try (ResourceStack created = new ResourceStack()) {
            created.add(codec);
            Tensor mean_C11 = created.add(perChannel(latents.mean(), device));
            Tensor deviation_C11 = created.add(perChannel(latents.deviation(), device));
            String statistics = latents.mean() + " " + latents.deviation();
            byte[] hash = Checksum.sha256().digest(statistics.getBytes(StandardCharsets.UTF_8));
            String name = HexFormat.of().formatHex(hash).substring(0, NAMED_DIGITS);
            created.keep();
            return new NormalisedCodec(codec, mean_C11, deviation_C11, codec.identity() + " " + name);
        }
    }

    private static Tensor perChannel(List<Double> values, Device device) {
        double[] numbers = values.stream().mapToDouble(Double::doubleValue).toArray();
        return Scopes.unscoped(() -> Tensors.of(numbers, numbers.length, 1, 1).to(device, ScalarType.Float));
    }

    @Override
    public LatentLayout layout() {
        return codec.layout();
    }

    /** Latents have no bound. */
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
        return codec.reach();
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        return Scopes.scoped(() -> codec.encode(clips).sub(mean_C11).div(deviation_C11));
    }

    private Tensor unnormalised(Tensor z_BTCHW) {
        return z_BTCHW.mul(deviation_C11).add(mean_C11);
    }

    @Override
    public StreamingDecoder decoder() {
        return new Unnormalising(codec.decoder());
    }

    @Override
    public void close() {
        try (ResourceStack owned = new ResourceStack()) {
            owned.add(codec);
            owned.add(mean_C11);
            owned.add(deviation_C11);
        }
    }

    private final class Unnormalising implements StreamingDecoder {
        private final StreamingDecoder decoder;

        Unnormalising(StreamingDecoder decoder) {
            this.decoder = decoder;
        }

        @Override
        public List<Clip> next(Tensor latent_B1CHW) {
            return Scopes.within(() -> decoder.next(unnormalised(latent_B1CHW)));
        }

        @Override
        public void skip(Tensor latent_BTCHW) {
            Scopes.run(() -> decoder.skip(unnormalised(latent_BTCHW)));
        }

        @Override
        public void save(Snapshot to) {
            decoder.save(to);
        }

        @Override
        public void load(Snapshot from) {
            decoder.load(from);
        }

        @Override
        public void close() {
            decoder.close();
        }
    }
}
