// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * What computing a branch costs beyond what its definition asks for. A sliding window is computed in tiles: all queries of a
 * tile of {@code bt} frames and {@code b x b} positions look at the same gathered keys, those that any of them sees, and the
 * rest is masked away. A tile of b queries along an axis needs {@code min(n, window + b - 1)} keys there.
 */
final class PlanCost {
    private static final int TILE_FRAMES = 2;
    private static final int TILE_SIDE = 8;

    private PlanCost() {}

    /** (query, key) pairs that are computed, masked ones included; at least {@link Neighbourhood#pairs()}. */
    static long donePairs(Branch branch, Grid grid) {
        if (!isTiled(branch)) {
            return new Neighbourhood(branch, grid).pairs();
        }
        int queriesHigh = tiles(grid.height()) * Math.min(TILE_SIDE, grid.height());
        int queriesWide = tiles(grid.width()) * Math.min(TILE_SIDE, grid.width());
        long pairs = 0;
        for (int first = 0; first < grid.frames(); first += TILE_FRAMES) {
            int frames = Math.min(TILE_FRAMES, grid.frames() - first);
            long queries = (long) frames * queriesHigh * queriesWide;
            pairs = Math.addExact(pairs, Math.multiplyExact(queries, keysOfTile(branch, grid, first)));
        }
        return pairs;
    }

    /** Keys that are copied out for tiles, each with its value, per head; 0 where keys are read in place. */
    static long gatheredKeys(Branch branch, Grid grid) {
        if (!isTiled(branch)) {
            return 0;
        }
        long keys = 0;
        for (int first = 0; first < grid.frames(); first += TILE_FRAMES) {
            keys = Math.addExact(keys, Math.multiplyExact(tilesOfFrame(branch, grid), keysOfTile(branch, grid, first)));
        }
        return keys;
    }

    /** Whether tiles pay: for a window over frames in a row. Whole frames, and frames apart, are read in place. */
    private static boolean isTiled(Branch branch) {
        return branch.window() != Branch.ALL && branch.stride() == 1;
    }

    /** Where the tiles' keys are whole frames anyway, all tiles of a frame share one copy. */
    private static long tilesOfFrame(Branch branch, Grid grid) {
        boolean wholeFrames =
                side(branch, grid.height(), 0) == grid.height() && side(branch, grid.width(), 0) == grid.width();
        return wholeFrames ? 1 : (long) tiles(grid.height()) * tiles(grid.width());
    }

    /** Keys of one tile of the frames from {@code first} on: for each key frame, the widest window of the tile's queries. */
    private static long keysOfTile(Branch branch, Grid grid, int first) {
        int last = Math.min(first + TILE_FRAMES, grid.frames()) - 1;
        int reach = branch.frames() == Branch.ALL ? grid.frames() : branch.frames();
        long keys = 0;
        for (int frame = Math.max(0, first - (reach - 1)); frame <= last; frame++) {
            int distance = Math.min(last - frame, reach - 1);
            keys += (long) side(branch, grid.height(), distance) * side(branch, grid.width(), distance);
        }
        return keys;
    }

    private static int side(Branch branch, int length, int distance) {
        long window = branch.cone().window(branch.window(), distance);
        return (int) Math.min(length, window + Math.min(TILE_SIDE, length) - 1);
    }

    /** Tiles along an axis; the last one overlaps its neighbour where the side does not divide the axis. */
    private static int tiles(int length) {
        return (length + TILE_SIDE - 1) / TILE_SIDE;
    }
}
