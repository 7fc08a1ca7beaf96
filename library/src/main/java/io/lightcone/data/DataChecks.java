// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.RealPaths;
import io.lightcone.UserException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

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

    /**
     * The whole path of {@code place}; a blank one stays blank: it is not said yet, which is not the working directory.
     *
     * @throws UserException if it is no path on this system; it names {@code key}
     */
    static String absolute(String key, String place) {
        if (place.isBlank()) {
            return place;
        }
        try {
            return RealPaths.of(Path.of(place)).toString();
        } catch (InvalidPathException e) {
            throw new UserException(key + " is '" + place + "', which is no path on this system; correct it.", e);
        }
    }
}
