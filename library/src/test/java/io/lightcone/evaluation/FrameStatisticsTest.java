// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.video.Clip;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class FrameStatisticsTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    /** Returns two frames of 2 x 2: one even, one with a bright left column. */
    private static Clip clip(int channels) {
        int[] grey = {51, 51, 51, 51, 255, 0, 255, 0};
        byte[] pixels = new byte[grey.length * channels];
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = (byte) grey[p / channels];
        }
        return new Clip("test", 2, 2, 2, channels, pixels);
    }

    @Test
    void brightnessIsTheMeanAndSharpnessTheDifferenceOfNeighbours() {
        for (int channels : new int[] {1, 3}) {
            FrameStatistics even = FrameStatistics.of(clip(channels), 0, 1);
            assertThat(even.brightness()).isCloseTo(0.2, EXACT);
            assertThat(even.sharpness()).isZero();
            FrameStatistics edge = FrameStatistics.of(clip(channels), 1, 1);
            assertThat(edge.brightness()).isCloseTo(0.5, EXACT);
            assertThat(edge.sharpness()).as("2 of 4 pairs differ by all").isCloseTo(0.5, EXACT);
            assertThat(FrameStatistics.of(clip(channels), 0, 2).sharpness()).isCloseTo(0.25, EXACT);
        }
    }
}
