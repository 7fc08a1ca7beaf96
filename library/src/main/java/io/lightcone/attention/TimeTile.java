// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Describes frames of queries that attend together, and the frames that any of them sees.
 *
 * @param first first frame of queries
 * @param keys frames of keys, ascending; in streaming, their slots in the cache
 * @param distances for each frame of queries a row, for each key frame a column: how many frames back it lies, or
 *     {@link #HIDDEN} if this frame of queries does not see it
 */
record TimeTile(int first, int[] keys, int[][] distances) {
    static final int HIDDEN = -1;

    /** Cuts the frames of a clip into tiles of {@code frames}; the last may be shorter. */
    static List<TimeTile> cut(Neighbourhood neighbourhood, int frames) {
        List<TimeTile> tiles = new ArrayList<>();
        int all = neighbourhood.grid().frames();
        for (int first = 0; first < all; first += frames) {
            tiles.add(of(neighbourhood, first, Math.min(frames, all - first)));
        }
        return tiles;
    }

    private static TimeTile of(Neighbourhood neighbourhood, int first, int count) {
        int[][] seen = new int[count][];
        for (int i = 0; i < count; i++) {
            seen[i] = neighbourhood.keyFrames(first + i);
        }
        int[] keys = Arrays.stream(seen)
                .flatMapToInt(Arrays::stream)
                .sorted()
                .distinct()
                .toArray();
        int[][] distances = new int[count][keys.length];
        for (int i = 0; i < count; i++) {
            Arrays.fill(distances[i], HIDDEN);
            for (int key : seen[i]) {
                distances[i][Arrays.binarySearch(keys, key)] = first + i - key;
            }
        }
        return new TimeTile(first, keys, distances);
    }

    /** Returns the number of frames of queries. */
    int frames() {
        return distances.length;
    }

    /**
     * Returns the farthest that any frame of queries looks back to key frame {@code j}: its window there contains all
     * others.
     */
    int farthest(int j) {
        return Arrays.stream(distances).mapToInt(row -> row[j]).max().orElseThrow();
    }

    /** Returns whether the key frames follow each other. */
    boolean keysFollow() {
        return IntStream.range(1, keys.length).allMatch(j -> keys[j] == keys[0] + j);
    }

    /** Returns whether {@code other} looks back as this tile does, so that one mask serves both. */
    boolean looksLike(TimeTile other) {
        return Arrays.deepEquals(distances, other.distances);
    }

    /**
     * Groups neighbouring tiles that look back alike: those at the start of the clip, then all steady ones together.
     */
    static List<List<TimeTile>> runs(List<TimeTile> tiles) {
        List<List<TimeTile>> runs = new ArrayList<>();
        for (TimeTile tile : tiles) {
            if (runs.isEmpty() || !runs.get(runs.size() - 1).get(0).looksLike(tile)) {
                runs.add(new ArrayList<>());
            }
            runs.get(runs.size() - 1).add(tile);
        }
        return runs;
    }
}
