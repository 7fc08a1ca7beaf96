// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;

/** Where the frames of a {@link VideoWriter} go. */
interface FrameSink extends AutoCloseable {

    /** Adds a frame of bytes H, W, C. */
    void add(byte[] pixels, int height, int width, int channels) throws IOException;

    /** Completes the video and puts it in its place. */
    void finish() throws IOException;

    /** Frees everything and removes what is unfinished. */
    @Override
    void close();
}
