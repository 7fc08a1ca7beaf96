// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

/** Checks what the configurations of all kinds of data have in common. */
final class DataChecks {
    private static final int LARGEST = 4096;

    private DataChecks() {}

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    static void requireFrames(int height, int width, int channels, double heldOut) {
        require(
                height >= 1 && width >= 1 && height <= LARGEST && width <= LARGEST,
                "height and width must lie between 1 and " + LARGEST + ", not " + height + " and " + width);
        require(channels == 1 || channels == 3, "channels must be 1 (grey) or 3 (colour), not " + channels);
        require(heldOut > 0 && heldOut < 1, "heldOut must lie between 0 and 1, both excluded, not " + heldOut);
    }
}
