// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/** The rows and columns around each spatial tile that hold what its queries see of one key frame. */
record TileWindow(Halo rows, Halo columns) {
    /** Keys of a tile in that frame. */
    long keys() {
        return (long) rows.length() * columns.length();
    }

    /** Whether that is all of {@code frame}. */
    boolean isWhole(Grid frame) {
        return rows.length() == frame.height() && columns.length() == frame.width();
    }
}
