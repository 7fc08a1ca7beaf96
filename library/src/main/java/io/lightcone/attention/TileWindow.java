// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/** Holds the rows and columns around each spatial tile that contain what its queries see of one key frame. */
record TileWindow(Halo rows, Halo columns) {
    /** Returns the number of keys of a tile in that frame. */
    long keys() {
        return (long) rows.length() * columns.length();
    }

    /** Returns whether each tile's keys are all of {@code frame}. */
    boolean isWhole(Grid frame) {
        return rows.length() == frame.height() && columns.length() == frame.width();
    }
}
