// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.Kind;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;

/** A codec that halves the resolution, once or more often: it encodes the mean of each square and decodes it to all. */
public record HalfResolutionCodec(Config config, int channels, Device device) implements Codec {
    /**
     * The configuration of this codec.
     *
     * @param times how often the resolution is halved, at least once
     */
    @Kind("half-resolution")
    public record Config(int times) implements CodecConfig {
        public Config {
            if (times < 1) {
                throw new IllegalArgumentException("times must be at least 1, not " + times);
            }
        }

        /** Creates the defaults. */
        public Config() {
            this(1);
        }

        @Override
        public LatentLayout layout(int channels) {
            return new LatentLayout(channels, 1 << times, 1);
        }

        @Override
        public Codec open(int channels, Device device) {
            return new HalfResolutionCodec(this, channels, device);
        }
    }

    @Override
    public LatentLayout layout() {
        return config.layout(channels);
    }

    @Override
    public double range() {
        return 1;
    }

    @Override
    public String identity() {
        return "half-resolution " + config.times;
    }

    @Override
    public int reach() {
        return 0;
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        Tensor x_BTCHW = ClipTensors.encode(clips, device);
        long[] n = x_BTCHW.shape();
        int s = layout().space();
        return x_BTCHW.reshape(n[0], n[1], n[2], n[3] / s, s, n[4] / s, s).mean(4, 6);
    }

    @Override
    public StreamingDecoder decoder() {
        return new StreamingDecoder() {
            @Override
            public List<Clip> next(Tensor latent_B1CHW) {
                long[] n = latent_B1CHW.shape();
                int s = layout().space();
                Tensor repeated = latent_B1CHW.unsqueeze(4).unsqueeze(6).expand(n[0], n[1], n[2], n[3], s, n[4], s);
                return ClipTensors.decode(repeated.reshape(n[0], n[1], n[2], s * n[3], s * n[4]), "half");
            }

            @Override
            public void save(Snapshot to) {}

            @Override
            public void load(Snapshot from) {}
        };
    }
}
