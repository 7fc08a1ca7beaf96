// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Resolves paths as the system does: {@code ..} after a link is the folder above the link's target. */
public final class RealPaths {
    private RealPaths() {}

    /** Returns the absolute path without links and dots; parts that do not exist are kept as they are written. */
    public static Path of(Path path) {
        Path whole = path.toAbsolutePath();
        Path place = whole.getRoot();
        for (Path name : whole) {
            if (name.toString().equals("..")) {
                Path above = place.getParent();
                place = above == null ? place : above;
            } else if (!name.toString().equals(".")) {
                place = followed(place.resolve(name));
            }
        }
        return place;
    }

    /**
     * Returns the absolute path that a setting means, as text. A blank one stays blank: it is not said yet, which is
     * not the working directory.
     *
     * @param key the setting, such as {@code data.source}
     * @throws UserException if {@code place} is no path on this system
     */
    public static String ofSetting(String key, String place) {
        if (place.isBlank()) {
            return place;
        }
        try {
            return of(Path.of(place)).toString();
        } catch (InvalidPathException e) {
            throw new UserException(key + " is '" + place + "', which is no path on this system; correct it.", e);
        }
    }

    private static Path followed(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path; // it does not exist yet, or may not be read: opening it reports that
        }
    }
}
