// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.video.FrameResizer;
import io.lightcone.video.VideoReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the frames of an .npz one by one, those of the first recording first; a gap lies between two recordings. */
final class NpzFrames implements FrameSource {
    /** The rate of frames that say none, where the data is to have none either. */
    private static final double USUAL_RATE = 10;

    private final Path file;
    private final NpzFile npz;
    private final NpzFile.Values frames;
    private final NpzFile.Shape shape;
    private final FrameResizer resizer;
    private final double rate;
    private int read;

    private NpzFrames(Path file, NpzFile npz, NpzFile.Values frames, NpzFile.Shape shape, VideoReader.Options options) {
        this.file = file;
        this.npz = npz;
        this.frames = frames;
        this.shape = shape;
        resizer = new FrameResizer(shape.height(), shape.width(), shape.channels(), options);
        rate = options.framesPerSecond() > 0 ? options.framesPerSecond() : USUAL_RATE;
    }

    /**
     * Opens a file. Its frames have no rate of their own: all are taken, and the rate wanted is taken to be theirs.
     *
     * @throws io.lightcone.UserException if it cannot be read, or has no frames
     */
    static NpzFrames open(Path file, VideoReader.Options options) {
        NpzFile npz = NpzFile.open(file);
        try {
            NpzFile.Values frames = npz.frames();
            return new NpzFrames(file, npz, frames, npz.shape(frames), options);
        } catch (IOException e) {
            close(npz);
            throw NpzFile.unreadable(file, e);
        } catch (RuntimeException | Error e) {
            close(npz);
            throw e;
        }
    }

    private static void close(NpzFile npz) {
        try {
            npz.close(); // with all that was opened of it
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte @Nullable [] next() {
        try {
            if (read == shape.all()) {
                frames.requireEnd(file, "frames");
                return null;
            }
            int size = shape.height() * shape.width() * shape.channels();
            byte[] pixels = frames.stream().readNBytes(size);
            if (pixels.length < size) {
                throw new EOFException();
            }
            read++;
            return resizer.resized(pixels);
        } catch (IOException e) {
            throw NpzFile.unreadable(file, e);
        }
    }

    @Override
    public boolean startsSegment() {
        return read > 1 && (read - 1) % shape.frames() == 0;
    }

    @Override
    public int number() {
        return read - 1;
    }

    @Override
    public int ofFile() {
        return read;
    }

    @Override
    public boolean isWhole() {
        return true;
    }

    @Override
    public double framesPerSecond() {
        return rate;
    }

    @Override
    public List<String> remarks() {
        return List.of();
    }

    @Override
    public void close() {
        resizer.close();
        close(npz);
    }
}
