// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.video.VideoReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the frames of one file of a data set in their order, in the size and rate of clips; a video or an .npz. */
interface FrameSource extends AutoCloseable {

    /**
     * Opens a file.
     *
     * @throws io.lightcone.UserException if it cannot be read
     */
    static FrameSource open(Path file, VideoReader.Options options) {
        return NpzFile.isNamedSo(file) ? NpzFrames.open(file, options) : new OfVideo(VideoReader.open(file, options));
    }

    /**
     * Returns the next frame's bytes H, W, C; null after the last.
     *
     * @throws io.lightcone.UserException if the file cannot be read on
     */
    byte @Nullable [] next();

    /** Returns whether the frame that {@link #next} returned last has a gap before it, which no clip may cross. */
    boolean startsSegment();

    /** Returns which frame of the file {@link #next} returned last, or {@link FrameNumbers#UNKNOWN}. */
    int number();

    /** Returns how many frames of the file were read; after the last, all of them. */
    int ofFile();

    /** Returns whether no frame of what was read is lost. */
    boolean isWhole();

    /** Returns the rate of the frames. */
    double framesPerSecond();

    /** Returns what was wrong so far, in words that continue the file's name and a colon. */
    List<String> remarks();

    @Override
    void close();

    /** The frames of a video. */
    record OfVideo(VideoReader reader) implements FrameSource {
        @Override
        public byte @Nullable [] next() {
            return reader.next();
        }

        @Override
        public boolean startsSegment() {
            return reader.startsSegment();
        }

        @Override
        public int number() {
            return reader.frameNumber();
        }

        @Override
        public int ofFile() {
            return reader.framesDecoded();
        }

        @Override
        public boolean isWhole() {
            return reader.isWhole();
        }

        @Override
        public double framesPerSecond() {
            return reader.framesPerSecond();
        }

        @Override
        public List<String> remarks() {
            return reader.remarks();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
