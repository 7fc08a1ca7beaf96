// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Receives the frames of a {@link VideoWriter}. */
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
     * Keeps what was written before a failure, if that can be played and replaces nothing.
     *
     * @return where it is; null if nothing is left
     */
    @Nullable
    Path salvage();

    /** Frees everything and removes what is unfinished. */
    @Override
    void close();
}
