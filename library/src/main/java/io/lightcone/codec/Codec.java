// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A codec turns clips into the latents that a model learns and generates, and latents back into pictures. It is causal:
 * pictures after a latent frame change nothing of that frame, and latent frames after a picture change nothing of the
 * picture. All code that handles frames goes through the codec of its run; pixels are one such codec ({@link
 * PixelCodec}). It may own native memory, such as weights, on the device that it was opened on. Several threads may
 * encode with it at the same time; each {@link StreamingDecoder} serves one.
 *
 * <p>Shapes: B clips, T latent frames, C latent channels, H W latent rows and columns.
 *
 * @see CodecConfig how to add one
 */
public interface Codec extends AutoCloseable {
    /** Returns the sizes of this codec's latents. */
    LatentLayout layout();

    /**
     * Returns the bound of this codec's latents: generated frames are clipped to {@code [-range, range]}; infinite
     * where latents have no bound.
     */
    double range();

    /**
     * Returns what tells this codec from others that would decode the same latents to other pictures: its kind, the
     * values of the keys that its latents depend on, and a checksum of its weights or statistics if it has any, such as
     * {@code autoencoder 8 5f3c09d2}. Checkpoints and saved videos record it, and are used only with a codec of the
     * same identity. It is the same in every process, and is asked for often: a checksum is computed when the codec
     * opens.
     */
    String identity();

    /**
     * Returns how many latent frames a codec looks back while it encodes: a latent frame depends on its own pictures
     * and on those of as many before it. It is 0 for codecs of single pictures. Pictures that join a video later than
     * its first ones ({@code LiveVideo.show}) are encoded behind that many.
     */
    int reach();

    /**
     * Returns whether each latent frame depends on its own picture alone, whatever came before it; then a picture's
     * latents are the same wherever it stands in a clip.
     */
    default boolean isFramewise() {
        return layout().time() == 1 && reach() == 0;
    }

    /**
     * Encodes clips from their first pictures on. Workers of a training call it at the same time.
     *
     * @param clips clips of one shape, whose pictures fill their latent frames; a past that is to be continued is such
     *     a clip
     * @return [B, T, C, H, W] in float32, on its device, in the caller's scope
     * @throws io.lightcone.UserException if this codec does not take clips of their size or number of pictures
     */
    Tensor encode(List<Clip> clips);

    /** Returns a decoder of videos from their first latent frame on, for the caller to close before the codec. */
    StreamingDecoder decoder();

    @Override
    default void close() {}
}
