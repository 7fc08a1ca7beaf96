// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Takes the frames of a {@link VideoWriter}: a file, a folder, a stream, or whatever a program makes of them. The
 * writer calls it from one thread at a time, checks what it passes on, and says in one sentence what an {@link
 * IOException} is about.
 */
public interface FrameSink extends AutoCloseable {

    /**
     * Adds a frame.
     *
     * @param pixels H, W, C, a byte each, in rows from the top; the array may be kept, but not changed
     * @param channels 1 (grey) or 3 (red, green, blue), the same of all frames, as are height and width
     * @throws IOException if it cannot be taken; no other frame comes after that
     */
    void add(byte[] pixels, int height, int width, int channels) throws IOException;

    /**
     * Completes the video and puts it in its place.
     *
     * @param replacing whether it takes the place of an earlier file; otherwise a name beside it is found
     * @return where it is; a name where that is no file
     */
    Path finish(boolean replacing) throws IOException;

    /**
     * Keeps what was written before a failure, if that can be played and replaces nothing.
     *
     * @return where it is; null if nothing is left
     */
    @Nullable
    Path salvage();

    /** Frees everything and removes what is unfinished; may be called again. */
    @Override
    void close();
}
