// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Frames on the way to FFmpeg: enlarged, filled up to the sides that a format needs, and left out where they come
 * faster than it can show. What they go into is opened with the first of them, whose size it has.
 */
final class EncodedFrames implements AutoCloseable {
    private final Path name;
    private final Encoding encoding;
    private final FrameRate rate;
    private final FrameRate fileRate;
    private final int scale;
    private final Opening opening;
    private @Nullable EncodedFile file;
    private long added;
    private long lastTick = -1;

    /** Opens what the frames go into. */
    @FunctionalInterface
    interface Opening {
        EncodedFile of(FrameRate rate, int height, int width, int channels) throws Ffmpeg.Failure;
    }

    /**
     * Begins a video.
     *
     * @param name for messages
     */
    EncodedFrames(Path name, Encoding encoding, FrameRate rate, int scale, Opening opening) {
        this.name = name;
        this.encoding = encoding;
        this.rate = rate;
        this.fileRate = rate.value() > encoding.highestRate() ? FrameRate.of(encoding.highestRate()) : rate;
        this.scale = scale;
        this.opening = opening;
    }

    /** Adds a frame of bytes H, W, C. */
    void add(byte[] pixels, int height, int width, int channels) throws IOException {
        int side = encoding.evenSides() ? 2 : 1;
        int fullHeight = (height * scale + side - 1) / side * side;
        int fullWidth = (width * scale + side - 1) / side * side;
        if (Math.min(fullHeight, fullWidth) < encoding.smallestSide()) {
            throw new UserException(name + " cannot be written: frames of " + width * scale + "x" + height * scale
                    + " are too small for this format, which needs " + encoding.smallestSide() + "x"
                    + encoding.smallestSide() + "; use a larger scale or GIF.");
        }
        long tick = (long) Math.floor(added * fileRate.value() / rate.value() + 1e-9);
        try {
            EncodedFile open = file;
            if (open == null) {
                open = opening.of(fileRate, fullHeight, fullWidth, channels);
                file = open;
            }
            if (tick > lastTick) {
                open.add(Images.enlarge(pixels, height, width, channels, scale, fullHeight, fullWidth), tick);
                lastTick = tick;
            }
            added++;
        } catch (Ffmpeg.Failure e) {
            throw new IOException(e.reason(), e);
        }
    }

    /** Writes all that is still under way, and frees what belongs to FFmpeg. */
    void finish() throws IOException {
        EncodedFile open = file;
        if (open == null) {
            throw new IllegalStateException("nothing was added to " + name);
        }
        try {
            open.finish();
        } catch (Ffmpeg.Failure e) {
            throw new IOException(e.reason(), e);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
