// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Counts how large the calls over a clip are with any tile: the {@link TileRun#size} of each {@link TileRun#cut},
 * without the lists of key frames and distances that the calls themselves need, which grow with the square of the
 * clip's length. What depends only on how many frames a tile has is counted once for all tiles of as many.
 */
final class ClipCallSizes {
    private final Neighbourhood neighbourhood;
    private final Grid grid;
    private final Map<Integer, List<Run>> runs = new HashMap<>();

    /**
     * Describes a run of neighbouring time tiles that look back alike.
     *
     * @param frames frames of queries of each tile
     * @param keys the key frames of a tile
     * @param follow whether the key frames follow each other
     */
    private record Run(int tiles, int frames, List<Keys> keys, boolean follow) {
        Run andAnother() {
            return new Run(tiles + 1, frames, keys, follow);
        }
    }

    /** Counts the key frames that are seen through the same window. */
    private record Keys(int window, int frames) {}

    ClipCallSizes(Neighbourhood neighbourhood) {
        this.neighbourhood = neighbourhood;
        this.grid = neighbourhood.grid();
    }

    /** Returns the sizes of the calls with {@code tile}, which is no larger than the grid. */
    List<CallSize> calls(Tile tile) {
        TileWindows windows = new TileWindows(neighbourhood, tile);
        return runs.computeIfAbsent(tile.frames(), this::runs).stream()
                .map(run -> call(run, windows))
                .toList();
    }

    private static CallSize call(Run run, TileWindows windows) {
        long keys = 0;
        boolean whole = true;
        for (Keys some : run.keys) {
            TileWindow window = windows.through(some.window);
            keys += some.frames * window.keys();
            whole &= window.isWhole(windows.frame());
        }
        TileWindow any = windows.through(run.keys.get(0).window);
        long spatialTiles = (long) any.rows().tiles() * any.columns().tiles();
        Tile tile = windows.tile();
        long queries = (long) run.frames * tile.rows() * tile.columns();
        boolean inPlace = whole && spatialTiles == 1 && run.tiles == 1 && run.follow;
        return new CallSize(run.tiles, spatialTiles, queries, keys, inPlace);
    }

    private List<Run> runs(int frames) {
        List<Run> found = new ArrayList<>();
        for (int first = 0; first < grid.frames(); first += frames) {
            int count = Math.min(frames, grid.frames() - first);
            int last = found.size() - 1;
            if (last >= 0 && found.get(last).frames == count && looksLikeTheOneBefore(first, count)) {
                found.set(last, found.get(last).andAnother());
            } else {
                found.add(run(first, count));
            }
        }
        return found;
    }

    /**
     * Returns whether each frame of the tile at {@code first} looks back as that of the tile before, which is as long.
     */
    private boolean looksLikeTheOneBefore(int first, int count) {
        for (int t = first; t < first + count; t++) {
            int[] keys = neighbourhood.keyFrames(t);
            int[] before = neighbourhood.keyFrames(t - count);
            if (keys.length != before.length) {
                return false;
            }
            for (int j = 0; j < keys.length; j++) {
                if (keys[j] - before[j] != count) {
                    return false;
                }
            }
        }
        return true;
    }

    private Run run(int first, int count) {
        int[] farthest = new int[first + count]; // how far the tile looks back to each frame
        Arrays.fill(farthest, TimeTile.HIDDEN);
        for (int t = first; t < first + count; t++) {
            for (int key : neighbourhood.keyFrames(t)) {
                farthest[key] = t - key; // more than any frame before t
            }
        }
        int[] frames = new int[Math.max(grid.height(), grid.width()) + 1]; // by window
        int oldest = first;
        int seen = 0;
        for (int key = farthest.length - 1; key >= 0; key--) {
            if (farthest[key] != TimeTile.HIDDEN) {
                frames[neighbourhood.window(farthest[key])]++;
                oldest = key;
                seen++;
            }
        }
        List<Keys> keys = new ArrayList<>();
        for (int window = 0; window < frames.length; window++) {
            if (frames[window] > 0) {
                keys.add(new Keys(window, frames[window]));
            }
        }
        return new Run(1, count, keys, oldest + seen == farthest.length);
    }
}
