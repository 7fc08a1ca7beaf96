// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Gives the size of a block of neighbouring queries that attend together to all keys that any of them sees.
 *
 * @param frames frames of the tile, at least 1
 * @param rows rows of the tile, at least 1
 * @param columns columns of the tile, at least 1
 */
public record Tile(int frames, int rows, int columns) {
    public Tile {
        if (frames < 1 || rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "a tile needs at least one frame, row and column, not " + frames + "x" + rows + "x" + columns);
        }
    }

    /** Returns this tile, cut to no more than {@code grid}. */
    Tile within(Grid grid) {
        return new Tile(
                Math.min(frames, grid.frames()), Math.min(rows, grid.height()), Math.min(columns, grid.width()));
    }
}
