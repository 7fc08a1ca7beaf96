// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Says which frame of its file each frame of a decoded video is: resampling leaves frames out or repeats them, and
 * behind a lost frame nobody knows.
 */
final class FrameNumbers {
    /** The number of a frame that nobody knows. */
    static final int UNKNOWN = -1;

    private final int frames;
    private final int ofFile;
    private final boolean whole;
    private final int @Nullable [] numbers;

    private FrameNumbers(int frames, int ofFile, boolean whole, int @Nullable [] numbers) {
        this.frames = frames;
        this.ofFile = ofFile;
        this.whole = whole;
        this.numbers = numbers;
    }

    /**
     * Creates the numbers of decoded frames.
     *
     * @param numbers for each of them its number in the file, counted from 0, or {@link #UNKNOWN}; not copied
     * @param ofFile how many frames the file has, as far as they can be decoded
     * @param whole whether no frame of the file is lost
     */
    static FrameNumbers of(int[] numbers, int ofFile, boolean whole) {
        boolean same = true;
        for (int frame = 0; frame < numbers.length && same; frame++) {
            same = numbers[frame] == frame;
        }
        return new FrameNumbers(numbers.length, ofFile, whole, same ? null : numbers);
    }

    /** Returns the number in the file of a decoded frame, or {@link #UNKNOWN}. */
    int of(int frame) {
        return numbers == null ? frame : numbers[frame];
    }

    /** Returns how many decoded frames there are. */
    int frames() {
        return frames;
    }

    /** Returns how many frames the file has, as far as they can be decoded. */
    int ofFile() {
        return ofFile;
    }

    /** Returns whether no frame of the file is lost. */
    boolean whole() {
        return whole;
    }

    /** Returns the numbers; null if each decoded frame has the number that it has in the file. */
    int @Nullable [] listed() {
        return numbers;
    }

    /** Returns how many frames of the file are left out, of those whose numbers are known. */
    int leftOut() {
        int left = 0;
        int last = -1;
        for (int frame = 0; frame < frames; frame++) {
            int number = of(frame);
            left += number > last ? number - last - 1 : 0;
            last = Math.max(last, number);
        }
        return whole ? left + ofFile - 1 - last : left;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FrameNumbers same
                && frames == same.frames
                && ofFile == same.ofFile
                && whole == same.whole
                && Arrays.equals(numbers, same.numbers);
    }

    @Override
    public int hashCode() {
        return 31 * frames + ofFile;
    }
}
