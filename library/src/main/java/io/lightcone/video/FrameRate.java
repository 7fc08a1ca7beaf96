// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;

/**
 * A frame rate as the fraction that containers store.
 *
 * @param frames number of frames that are shown in {@code seconds} seconds
 * @param seconds number of seconds in which they are shown
 */
record FrameRate(int frames, int seconds) {

    /**
     * Returns the fraction that people mean: 29.97 is 30000/1001 (and so are all rates of that American family), 25 is
     * 25/1, anything else is taken to three decimals.
     *
     * @throws UserException unless the rate lies between 0.01 and 1000
     */
    static FrameRate of(double framesPerSecond) {
        if (!(framesPerSecond >= 0.01 && framesPerSecond <= 1000)) {
            throw new UserException(
                    "A frame rate must lie between 0.01 and 1000 frames per second, not " + framesPerSecond + ".");
        }
        int nominal = (int) Math.round(framesPerSecond * 1.001);
        if (Math.abs(framesPerSecond - nominal / 1.001) < 0.005 * Math.min(1, nominal / 24.0)) {
            return new FrameRate(nominal * 1000, 1001);
        }
        int thousandths = (int) Math.round(framesPerSecond * 1000);
        int common = divisor(thousandths, 1000);
        return new FrameRate(thousandths / common, 1000 / common);
    }

    private static int divisor(int a, int b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    double value() {
        return (double) frames / seconds;
    }
}
