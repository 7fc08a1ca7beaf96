// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A video that goes into a stream as it is encoded, in pieces, so that a reader can show it meanwhile. */
final class VideoStream implements FrameSink {
    private final Path name;
    private final OutputStream stream;
    private final StreamOutput output;
    private final EncodedFrames frames;

    /** Begins one; nothing is written before the first frame. */
    VideoStream(OutputStream stream, Path name, Encoding encoding, FrameRate rate, int scale) {
        this.name = name;
        this.stream = stream;
        this.output = new StreamOutput(stream);
        this.frames = new EncodedFrames(
                name,
                encoding,
                rate,
                scale,
                (fileRate, height, width, channels) ->
                        new EncodedFile(output, encoding, fileRate, height, width, channels));
    }

    @Override
    public void add(byte[] pixels, int height, int width, int channels) throws IOException {
        try {
            frames.add(pixels, height, width, channels);
        } catch (IOException e) {
            output.check(); // says more than FFmpeg, which was only told that there was an error
            throw e;
        }
        output.check();
        stream.flush();
    }

    @Override
    public Path finish(boolean replacing) throws IOException {
        try {
            frames.finish();
        } catch (IOException e) {
            output.check();
            throw e;
        }
        output.check();
        stream.flush();
        return name;
    }

    /** Returns null: what was written has gone to the reader of the stream, and lies in no file. */
    @Override
    public @Nullable Path salvage() {
        frames.close();
        return null;
    }

    @Override
    public void close() {
        frames.close();
    }
}
