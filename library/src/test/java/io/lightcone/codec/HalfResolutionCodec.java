// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** A codec that halves the resolution: it encodes the mean of each four pixels and decodes it to all four. */
public record HalfResolutionCodec(int channels, Device device) implements Codec {
    /** The factory of this codec. */
    public static final class Factory implements CodecFactory {
        @Override
        public String kind() {
            return "half-resolution";
        }

        @Override
        public LatentLayout layout(int channels) {
            return new LatentLayout(channels, 2, 1);
        }

        @Override
        public Codec open(int channels, Device device) {
            return new HalfResolutionCodec(channels, device);
        }
    }

    @Override
    public LatentLayout layout() {
        return new LatentLayout(channels, 2, 1);
    }

    @Override
    public double range() {
        return 1;
    }

    @Override
    public String identity() {
        return "half-resolution";
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        Tensor x_BTCHW = ClipTensors.encode(clips, device);
        long[] n = x_BTCHW.shape();
        return x_BTCHW.reshape(n[0], n[1], n[2], n[3] / 2, 2, n[4] / 2, 2).mean(4, 6);
    }

    @Override
    public StreamingDecoder decoder() {
        return new StreamingDecoder() {
            @Override
            public List<Clip> next(Tensor latent_B1CHW) {
                long[] n = latent_B1CHW.shape();
                Tensor repeated = latent_B1CHW.unsqueeze(4).unsqueeze(6).expand(n[0], n[1], n[2], n[3], 2, n[4], 2);
                return ClipTensors.decode(repeated.reshape(n[0], n[1], n[2], 2 * n[3], 2 * n[4]), "half");
            }

            @Override
            public void save(Snapshot to) {}

            @Override
            public void load(Snapshot from) {}
        };
    }
}
