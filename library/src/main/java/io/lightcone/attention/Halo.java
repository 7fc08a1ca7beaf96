// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Holds, for each tile of queries along one axis, the stretch of keys that contains everything any of them sees. All
 * stretches have the same length: with a window w and tiles of b queries, {@code min(n, w + b - 1)} suffices, because a
 * window that meets a border is shifted inwards and a stretch may be shifted with it. So every key of a stretch is a
 * real one.
 *
 * @param tileStarts first query of each tile; the last tile overlaps its neighbour where the tiles do not fit
 * @param starts first key of each tile's stretch
 * @param length keys of a stretch
 */
record Halo(int[] tileStarts, int[] starts, int length) {
    /** Returns the stretches of tiles of {@code tile} queries, which is at most the length of the axis. */
    static Halo of(AxisNeighbourhood axis, int tile) {
        int[] tileStarts = tileStarts(axis.length(), tile);
        int[] starts = new int[tileStarts.length];
        int length = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = axis.length();
            int end = 0;
            for (int query = tileStarts[i]; query < tileStarts[i] + tile; query++) {
                int[] keys = axis.of(query);
                starts[i] = Math.min(starts[i], keys[0]);
                end = Math.max(end, keys[keys.length - 1] + 1);
            }
            length = Math.max(length, end - starts[i]);
        }
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.min(starts[i], axis.length() - length);
        }
        return new Halo(tileStarts, starts, length);
    }

    private static int[] tileStarts(int length, int tile) {
        int[] starts = new int[(length + tile - 1) / tile];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = Math.min(i * tile, length - tile);
        }
        return starts;
    }

    int tiles() {
        return starts.length;
    }
}
