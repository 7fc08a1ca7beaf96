// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.TextFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments of a video between its gaps, where frames are missing or time jumps; a clip lies in one of them.
 *
 * @param frames frames of the whole video
 * @param starts the frame that each segment begins with, the first with frame 0
 */
record Segments(int frames, List<Integer> starts) {
    Segments {
        starts = List.copyOf(starts);
        for (int i = 0; i < starts.size(); i++) {
            if (starts.get(i) >= frames || (i == 0 ? starts.get(0) != 0 : starts.get(i) <= starts.get(i - 1))) {
                throw new IllegalArgumentException("no segments of " + frames + " frames begin at " + starts);
            }
        }
    }

    /** Returns the one segment of a video without gaps. */
    static Segments whole(int frames) {
        return new Segments(frames, List.of(0));
    }

    /**
     * Returns the parts of the segments between the frames {@code from} (inclusive) and {@code to} (exclusive) that
     * have at least {@code least} frames.
     */
    List<FrameRange> ranges(int video, int from, int to, int least) {
        List<FrameRange> ranges = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            int begin = Math.max(from, starts.get(i));
            int end = Math.min(to, end(i));
            if (end - begin >= least) {
                ranges.add(new FrameRange(video, begin, end));
            }
        }
        return ranges;
    }

    private int end(int segment) {
        return segment + 1 < starts.size() ? starts.get(segment + 1) : frames;
    }

    /** Returns the frames of the longest segment. */
    int longest() {
        int longest = 0;
        for (int i = 0; i < starts.size(); i++) {
            longest = Math.max(longest, end(i) - starts.get(i));
        }
        return longest;
    }

    /** Describes the segments for people: {@code 30 frames}, {@code 30 frames in 2 stretches}. */
    String describe() {
        String count = TextFormat.count(frames, "frame");
        return starts.size() < 2 ? count : count + " in " + starts.size() + " stretches";
    }
}
