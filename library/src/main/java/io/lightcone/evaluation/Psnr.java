// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.video.Clip;

/** The peak signal-to-noise ratio, in decibels: {@code -10 log10(mean squared error)} of pixels scaled to [0, 1]. */
public final class Psnr {
    private static final double SMALLEST_ERROR = 1e-10;

    private Psnr() {}

    /**
     * Returns the ratio, in dB, between frame {@code i} of one clip and frame {@code j} of another of the same size;
     * 100 dB if they are equal.
     */
    public static double of(Clip a, int i, Clip b, int j) {
        int size = a.frameBytes();
        double sum = 0;
        for (int p = 0; p < size; p++) {
            double difference = ((a.pixels()[i * size + p] & 0xff) - (b.pixels()[j * size + p] & 0xff)) / 255.0;
            sum += difference * difference;
        }
        return -10 * Math.log10(Math.max(sum / size, SMALLEST_ERROR));
    }
}
