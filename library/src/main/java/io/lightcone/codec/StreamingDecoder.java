// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A streaming decoder turns the latent frames of one video, or of several together, into pictures, one latent frame
 * after the other, and remembers of earlier ones what later pictures depend on. It owns that memory, whose size does
 * not grow with the video.
 *
 * <p>Shapes: B videos, T latent frames, C latent channels, H W latent rows and columns.
 */
public interface StreamingDecoder extends AutoCloseable {
    /**
     * Decodes the next latent frame.
     *
     * @param latent_B1CHW the frame on the device of its codec, in or out of its range
     * @return a clip for each video: one picture for its first latent frame, and for each later one as many as the
     *     codec's layout says. If this throws, nothing has been taken in, so the same frame may come again
     */
    List<Clip> next(Tensor latent_B1CHW);

    /**
     * Decodes latent frames whose pictures nobody needs, such as those of a given past, for what later pictures depend
     * on.
     */
    default void skip(Tensor latent_BTCHW) {
        for (int t = 0; t < latent_BTCHW.size(1); t++) {
            Tensor latent_B1CHW = latent_BTCHW.narrow(1, t, 1);
            Scopes.run(() -> next(latent_B1CHW));
        }
    }

    /** Saves all that the pictures to come depend on; nothing if they depend on nothing. */
    void save(Snapshot to);

    /**
     * Restores what {@link #save} has saved, before the first latent frame; the pictures to come are then the same, bit
     * for bit.
     *
     * @throws IllegalArgumentException if it was saved by another kind of decoder
     */
    void load(Snapshot from);

    @Override
    default void close() {}
}
