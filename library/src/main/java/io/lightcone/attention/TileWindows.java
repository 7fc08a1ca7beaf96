// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.HashMap;
import java.util.Map;

/**
 * Computes what spatial tiles see of key frames at any distance, once for each window: of all frames that a query sees,
 * most are seen through the same one.
 */
final class TileWindows {
    private final Neighbourhood neighbourhood;
    private final Tile tile;
    private final Map<Integer, TileWindow> windows = new HashMap<>();

    TileWindows(Neighbourhood neighbourhood, Tile tile) {
        this.neighbourhood = neighbourhood;
        this.tile = tile;
    }

    Tile tile() {
        return tile;
    }

    /** Returns the grid of one frame. */
    Grid frame() {
        return new Grid(1, neighbourhood.grid().height(), neighbourhood.grid().width());
    }

    /** Returns what the tiles see in a key frame {@code distance} frames back. */
    TileWindow at(int distance) {
        return through(neighbourhood.window(distance));
    }

    /**
     * Returns what the tiles see in all key frames that are seen through {@code window}, see
     * {@link Neighbourhood#window}.
     */
    TileWindow through(int window) {
        return windows.computeIfAbsent(window, key -> {
            Grid grid = neighbourhood.grid();
            return new TileWindow(
                    Halo.of(neighbourhood.axisThrough(grid.height(), key), tile.rows()),
                    Halo.of(neighbourhood.axisThrough(grid.width(), key), tile.columns()));
        });
    }
}
