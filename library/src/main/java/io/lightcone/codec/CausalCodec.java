// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The codec of a {@link CausalAutoencoder}, which it owns. Clips are encoded as a stream is, one latent frame after the
 * other, so that what is computed in pieces is the same as at once, bit for bit on any processor, and the memory for a
 * long clip is that of one latent frame. What the autoencoder computes of a whole clip in one call, as its own training
 * does, is the same but for rounding.
 */
public final class CausalCodec implements Codec {
    private final CausalAutoencoder autoencoder;
    private final String identity;
    private final Device device;
    private final ScalarType type;

    /**
     * Creates the codec of an autoencoder, which it then owns.
     *
     * @param identity see {@link Codec#identity}: it has to change with the weights
     */
    public CausalCodec(CausalAutoencoder autoencoder, String identity) {
        this.autoencoder = autoencoder;
        this.identity = identity;
        this.device = autoencoder.parameters().device();
        Tensor any = autoencoder.parameters().tensors().values().iterator().next();
        this.type = Tensors.type(any);
    }

    @Override
    public LatentLayout layout() {
        return autoencoder.config().layout();
    }

    /** {@inheritDoc} There is none. */
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
        return autoencoder.config().reach();
    }

    @Override
    public Tensor encode(List<Clip> clips) {
        return Scopes.scoped(() -> encodeExactly(clips).to(ScalarType.Float));
    }

    /** Encodes clips as {@link #encode} does, without rounding what the autoencoder computes. */
    Tensor encodeExactly(List<Clip> clips) {
        LatentLayout layout = layout();
        requireShape(clips.get(0));
        layout.requireWhole("a clip", clips.get(0).frames());
        return Scopes.scoped(() -> {
            Tensor[] latents = new Tensor[layout.frames(clips.get(0).frames())];
            try (StreamingEncoder encoder = encoder()) {
                for (int n = 0; n < latents.length; n++) {
                    int from = layout.pictures(n);
                    int count = layout.pictures(n + 1) - from;
                    latents[n] = encoder.next(
                            clips.stream().map(clip -> clip.slice(from, count)).toList());
                }
            }
            return Tensors.cat(1, latents);
        });
    }

    private void requireShape(Clip clip) {
        int channels = autoencoder.config().pictureChannels();
        if (clip.channels() != channels) {
            throw new UserException(clip.name() + " has pictures of " + clip.channels()
                    + " channels, but the autoencoder takes those of " + channels
                    + "; choose one that was trained on such pictures");
        }
        layout().side(clip.height());
        layout().side(clip.width());
    }

    /** Returns an encoder of videos from their first pictures on, for the caller to close before this codec. */
    public StreamingEncoder encoder() {
        return new Encoding();
    }

    @Override
    public StreamingDecoder decoder() {
        return new Decoding();
    }

    private final class Encoding implements StreamingEncoder {
        private final CausalMemory memory = autoencoder.memory();

        @Override
        public Tensor next(List<Clip> clips) {
            requireShape(clips.get(0));
            int count = memory.isEmpty() ? 1 : layout().time();
            if (clips.get(0).frames() != count) {
                throw new IllegalArgumentException("the next latent frame is of " + count + " pictures, not "
                        + clips.get(0).frames());
            }
            return memory.advance(
                    () -> autoencoder.encode(ClipTensors.encode(clips, device).to(type), memory));
        }

        @Override
        public void save(Snapshot to) {
            memory.save(to);
        }

        @Override
        public void load(Snapshot from) {
            memory.load(from);
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private final class Decoding implements StreamingDecoder {
        private final CausalMemory memory = autoencoder.memory();

        @Override
        public List<Clip> next(Tensor latent_B1CHW) {
            List<Clip> clips = new ArrayList<>();
            Scopes.run(() -> memory.advance(() -> {
                Tensor pictures_BTCHW = autoencoder.decode(latent_B1CHW.to(type), memory);
                clips.addAll(ClipTensors.decode(pictures_BTCHW, "generated frame"));
                return pictures_BTCHW;
            }));
            return List.copyOf(clips);
        }

        @Override
        public void save(Snapshot to) {
            memory.save(to);
        }

        @Override
        public void load(Snapshot from) {
            memory.load(from);
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public void close() {
        autoencoder.close();
    }
}
