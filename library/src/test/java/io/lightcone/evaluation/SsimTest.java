// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.video.Clip;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SsimTest {
    private static final int SIDE = 16;

    private static Clip clip(
            int frames, int height, int width, int channels, java.util.function.IntUnaryOperator value) {
        byte[] pixels = new byte[frames * height * width * channels];
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = (byte) value.applyAsInt(p);
        }
        return new Clip("test", frames, height, width, channels, pixels);
    }

    @Test
    void aFrameIsLikeItself() {
        Random random = new Random(1);
        Clip noise = clip(2, SIDE, SIDE, 3, p -> random.nextInt(256));
        assertThat(Ssim.of(noise, 1, noise, 1)).isCloseTo(1, Offset.offset(1e-12));
        assertThat(Ssim.of(noise, 0, noise, 1)).isLessThan(0.2).isEqualTo(Ssim.of(noise, 1, noise, 0));
    }

    /** Frames without any structure are compared by their means only. */
    @Test
    void evenFramesAreComparedByTheirMeans() {
        Clip dark = clip(1, SIDE, SIDE, 1, p -> 51);
        Clip bright = clip(1, SIDE, SIDE, 1, p -> 102);
        double expected = (2 * 0.2 * 0.4 + 1e-4) / (0.04 + 0.16 + 1e-4);
        assertThat(Ssim.of(dark, 0, bright, 0)).isCloseTo(expected, Offset.offset(1e-9));
    }

    /** A frame as small as the window has one place for it, and the formula can be worked out by hand. */
    @Test
    void aFrameAsSmallAsTheWindowGivesTheFormula() {
        Random random = new Random(2);
        Clip a = clip(1, 11, 11, 1, p -> random.nextInt(256));
        Clip b = clip(1, 11, 11, 1, p -> random.nextInt(256));
        double[] weights = new double[121];
        double sum = 0;
        for (int p = 0; p < 121; p++) {
            double dx = p % 11 - 5;
            double dy = p / 11 - 5;
            weights[p] = Math.exp(-(dx * dx + dy * dy) / 4.5);
            sum += weights[p];
        }
        double[] moments = new double[5];
        for (int p = 0; p < 121; p++) {
            double x = (a.pixels()[p] & 0xff) / 255.0;
            double y = (b.pixels()[p] & 0xff) / 255.0;
            double[] of = {x, y, x * x, y * y, x * y};
            for (int i = 0; i < 5; i++) {
                moments[i] += weights[p] / sum * of[i];
            }
        }
        double varianceA = moments[2] - moments[0] * moments[0];
        double varianceB = moments[3] - moments[1] * moments[1];
        double covariance = moments[4] - moments[0] * moments[1];
        double expected = (2 * moments[0] * moments[1] + 1e-4)
                / (moments[0] * moments[0] + moments[1] * moments[1] + 1e-4)
                * (2 * covariance + 9e-4)
                / (varianceA + varianceB + 9e-4);
        assertThat(Ssim.of(a, 0, b, 0)).isCloseTo(expected, Offset.offset(1e-12));
    }

    @Test
    void framesSmallerThanTheWindowAreRefused() {
        Clip small = clip(1, 10, 16, 1, p -> 0);
        assertThatThrownBy(() -> Ssim.of(small, 0, small, 0)).hasMessageContaining("at least 11x11 pixels, not 16x10");
    }
}
