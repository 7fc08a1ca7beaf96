// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

/**
 * A range of consecutive frames of one video, without a gap in it.
 *
 * @param video number of the video in its data set
 * @param from the first frame
 * @param to the frame after the last one
 */
record FrameRange(int video, int from, int to) {
    /** Returns how many windows of {@code frames} frames lie in this range. */
    long windows(int frames) {
        return Math.max(0, to - from - frames + 1);
    }
}
