// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the frames of a {@link VideoWriter} go. */
interface FrameSink extends AutoCloseable {

    /** Adds a frame of bytes H, W, C. */
    void add(byte[] pixels, int height, int width, int channels) throws IOException;

    /**
     * Completes the video and puts it in its place.
     *
     * @param replacing whether it takes the place of an earlier file; otherwise a name beside it is found
     * @return where it is
     */
    Path finish(boolean replacing) throws IOException;

    /**
     * After a failure, keeps what was written before it, if that can be played and takes the place of nothing.
     *
     * @return where it is; null if nothing is left
     */
    @Nullable
    Path salvage();

    /** Frees everything and removes what is unfinished. */
    @Override
    void close();
}
