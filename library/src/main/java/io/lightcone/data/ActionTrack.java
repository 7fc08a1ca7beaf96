// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.TextFormat;
import io.lightcone.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the actions of one recording: for each frame of its file what led to it from the frame before.
 *
 * @param file that names them
 * @param unit what they are counted in there, such as {@code line}
 * @param names the different ones, in the order in which they come first
 * @param numbers for each frame of the file the number of its action in {@code names}, or -1 where there is none
 */
@SuppressWarnings("ArrayRecordComponent") // a list would take several times the memory
record ActionTrack(Path file, String unit, List<String> names, int[] numbers) {
    /** The number of no action. */
    static final int NONE = -1;

    /**
     * Reads the actions of a video from the file beside it, or those in an .npz; null if there are none.
     *
     * @throws UserException if they cannot be read
     */
    static @Nullable ActionTrack of(Path video) {
        if (NpzFile.isNamedSo(video)) {
            return NpzFile.actions(video);
        }
        Path lines = beside(video);
        return Files.exists(lines) ? ActionLines.read(lines) : null;
    }

    /** Returns the name of the file with the actions of a video: {@code clip.jsonl} for {@code clip.mp4}. */
    private static Path beside(Path video) {
        String name = String.valueOf(video.getFileName());
        int dot = name.lastIndexOf('.');
        return video.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ".jsonl");
    }

    /**
     * Requires an action for each frame of the file and no more. Of a file that is damaged nobody knows how many frames
     * it had, so there must be enough.
     *
     * @param video whose frames these are
     */
    void requireFits(Path video, FrameNumbers frames) {
        int needed = frames.ofFile();
        boolean fits = frames.whole() ? numbers.length == needed : numbers.length >= needed;
        if (!fits) {
            throw new UserException(file + " has " + TextFormat.count(numbers.length, unit) + ", but " + video + " has "
                    + TextFormat.count(needed, "frame") + "; there must be one " + unit
                    + " for each frame, with the action that led to it.");
        }
    }

    /** Returns the number of the action of a frame of the file, or {@link #NONE}; none for an unknown frame. */
    int at(int frameOfFile) {
        return frameOfFile == FrameNumbers.UNKNOWN ? NONE : numbers[frameOfFile];
    }

    /** Returns where the action of a frame is, for messages. */
    String place(int frameOfFile) {
        return file + ", " + unit + " " + (frameOfFile + 1);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ActionTrack same
                && file.equals(same.file)
                && names.equals(same.names)
                && Arrays.equals(numbers, same.numbers);
    }

    @Override
    public int hashCode() {
        return file.hashCode();
    }
}
