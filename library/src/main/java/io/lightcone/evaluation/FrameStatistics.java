// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.video.Clip;

/**
 * Statistics of a video's pixels that need no truth to compare with: the two that change first when a roll-out drifts.
 *
 * @param brightness mean of all pixels, in [0, 1]
 * @param sharpness mean difference of neighbouring pixels along rows and columns, in [0, 1]
 */
public record FrameStatistics(double brightness, double sharpness) {
    /** Measures {@code count} frames from frame {@code from} on. */
    public static FrameStatistics of(Clip clip, int from, int count) {
        double sum = 0;
        double differences = 0;
        long pairs = 0;
        int row = clip.width() * clip.channels();
        for (int f = from; f < from + count; f++) {
            int start = f * clip.frameBytes();
            for (int p = 0; p < clip.frameBytes(); p++) {
                int here = clip.pixels()[start + p] & 0xff;
                sum += here;
                if (p % row >= clip.channels()) {
                    differences += Math.abs(here - (clip.pixels()[start + p - clip.channels()] & 0xff));
                    pairs++;
                }
                if (p >= row) {
                    differences += Math.abs(here - (clip.pixels()[start + p - row] & 0xff));
                    pairs++;
                }
            }
        }
        return new FrameStatistics(
                sum / 255 / ((double) count * clip.frameBytes()), differences / 255 / Math.max(1, pairs));
    }
}
