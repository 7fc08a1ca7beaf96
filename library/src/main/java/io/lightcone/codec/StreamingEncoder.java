// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A streaming encoder turns the pictures of one video, or of several together, into latent frames, one after the other,
 * and remembers of earlier pictures what later latents depend on. It owns that memory, whose size does not grow with
 * the video.
 *
 * <p>Shapes: B videos, C latent channels, H W latent rows and columns.
 */
public interface StreamingEncoder extends AutoCloseable {
    /**
     * Encodes the pictures of the next latent frame.
     *
     * @param clips the pictures of each video: one for its first latent frame, and for each later one as many as the
     *     codec's layout says. If this throws, nothing has been taken in, so the same pictures may come again
     * @return [B, 1, C, H, W] on the codec's device, in the caller's scope
     */
    Tensor next(List<Clip> clips);

    /** Saves all that the latents to come depend on; nothing if they depend on nothing. */
    void save(Snapshot to);

    /**
     * Restores what {@link #save} has saved, before the first pictures; the latents to come are then the same, bit for
     * bit.
     *
     * @throws IllegalArgumentException if it was saved by another kind of encoder
     */
    void load(Snapshot from);

    /** Encodes pictures for what later latents depend on, without their latents. */
    default void skip(List<Clip> clips) {
        Scopes.run(() -> next(clips));
    }

    @Override
    default void close() {}
}
