// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.Kind;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A codec whose decoder has to remember: two pictures are in the channels of one latent frame, each less half of the
 * picture before it, without a bound. The first frame is its only picture twice. It computes on the processor alone.
 */
public final class TwoPicturesCodec implements Codec {
    /** The number of codecs and decoders that are open. */
    public static final AtomicInteger OPEN = new AtomicInteger();

    private final Config config;
    private final int channels;
    private final Device device;

    private TwoPicturesCodec(Config config, int channels, Device device) {
        this.config = config;
        this.channels = channels;
        this.device = device;
        OPEN.incrementAndGet();
    }

    /**
     * The configuration of this codec.
     *
     * @param checksum stands for the checksum that a codec with weights has
     */
    @Kind("two-pictures")
    public record Config(String checksum) implements CodecConfig {
        /** Creates the defaults. */
        public Config() {
            this("abc");
        }

        @Override
        public LatentLayout layout(int channels) {
            return new LatentLayout(2 * channels, 1, 2);
        }

        @Override
        public Codec open(int channels, Device device) {
            return new TwoPicturesCodec(this, channels, device);
        }
    }

    @Override
    public LatentLayout layout() {
        return config.layout(channels);
    }

    @Override
    public double range() {
        return Double.POSITIVE_INFINITY;
    }

    @Override
    public String identity() {
        return "two-pictures " + config.checksum;
    }

    @Override
    public int reach() {
        return 1;
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        layout().requireWhole("a clip", clips.get(0).frames());
        Tensor x_BTCHW = ClipTensors.encode(clips, device);
        Tensor[] latents = new Tensor[layout().frames((int) x_BTCHW.size(1))];
        Tensor first = x_BTCHW.narrow(1, 0, 1);
        latents[0] = Tensors.cat(2, first, first);
        for (int n = 1; n < latents.length; n++) {
            Tensor before = x_BTCHW.narrow(1, 2L * n - 2, 1);
            Tensor one = x_BTCHW.narrow(1, 2L * n - 1, 1);
            Tensor two = x_BTCHW.narrow(1, 2L * n, 1);
            latents[n] = Tensors.cat(2, one.sub(half(before)), two.sub(half(one)));
        }
        return Tensors.cat(1, latents);
    }

    private static Tensor half(Tensor x) {
        return x.mul(new Scalar(0.5));
    }

    @Override
    public StreamingDecoder decoder() {
        return new Remembering();
    }

    private final class Remembering implements StreamingDecoder {
        private @Nullable Tensor last_B1CHW;

        Remembering() {
            OPEN.incrementAndGet();
        }

        @Override
        public List<Clip> next(Tensor latent_B1CHW) {
            Tensor one = latent_B1CHW.narrow(2, 0, channels);
            Tensor two = latent_B1CHW.narrow(2, channels, channels);
            Tensor before = last_B1CHW;
            Tensor pictures = one;
            if (before != null) {
                Tensor first = one.add(half(before));
                pictures = Tensors.cat(1, first, two.add(half(first)));
            }
            List<Clip> clips = ClipTensors.decode(pictures, "two pictures");
            replace(pictures.narrow(1, pictures.size(1) - 1, 1));
            return clips;
        }

        private void replace(Tensor last) {
            Tensor before = last_B1CHW;
            last_B1CHW = Scopes.unscoped(() -> last.clone());
            if (before != null) {
                before.close();
            }
        }

        @Override
        public void save(Snapshot to) {
            if (last_B1CHW != null) {
                to.put("last", last_B1CHW);
            }
        }

        @Override
        public void load(Snapshot from) {
            if (from.has("last")) {
                replace(from.tensor("last"));
            }
        }

        @Override
        public void close() {
            if (last_B1CHW != null) {
                last_B1CHW.close();
            }
            OPEN.decrementAndGet();
        }
    }

    @Override
    public void close() {
        OPEN.decrementAndGet();
    }
}
