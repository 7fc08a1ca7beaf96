// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Writes raw frames to a stream, one after the other, without anything around them: grey, or red, green and blue, a
 * byte each.
 */
final class RawFrames implements FrameSink {
    private final OutputStream stream;
    private final Path name;
    private final int scale;

    RawFrames(OutputStream stream, Path name, int scale) {
        this.stream = stream;
        this.name = name;
        this.scale = scale;
    }

    @Override
    public void add(byte[] pixels, int height, int width, int channels) throws IOException {
        stream.write(Images.enlarge(pixels, height, width, channels, scale, height * scale, width * scale));
        stream.flush(); // a reader shows each frame as soon as it is generated
    }

    @Override
    public Path finish(boolean replacing) throws IOException {
        stream.flush();
        return name;
    }

    /** Returns null: a stream leaves nothing that could be kept. */
    @Override
    public @Nullable Path salvage() {
        return null;
    }

    @Override
    public void close() {}
}
