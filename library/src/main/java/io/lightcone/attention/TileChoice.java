// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Chooses the fastest tile, by a model of the time that a training step spends on it:
 *
 * <pre>
 * time = sum over calls of   pairs * (1 + 48 / queries of a tile)  +  28 * copied keys  +  10 * tokens  +  a fixed cost
 * </pre>
 *
 * in units of one computed pair of query and key of 64 channels, forwards and backwards, which is about 6 ns of one
 * core. Large tiles compute pairs that nobody needs; small ones copy keys more often and keep the kernel's matrix
 * products short. The constants were fitted to measurements on a CPU with AVX-512 (windows 5 to 9, 2 to 4 frames, tiles
 * of 16 to 512 queries) and give its order of tiles; a GPU differs, but the optimum is flat.
 */
final class TileChoice {
    private static final double SHORT_TILE = 48;
    private static final double COPIED_KEY = 28;
    private static final double PASSING_TOKEN = 10;
    private static final double CALL = 20_000;
    /**
     * The greatest size of one mask: a larger one would crowd out everything else, so a slower tile with a smaller mask
     * is taken.
     */
    private static final long LARGEST_MASK_BYTES = 512L << 20;

    private static final int[] SIDES = {2, 4, 6, 8, 10, 12, 16, 24, 32};
    private static final int[] FRAMES = {1, 2, 4, 8, 16, 32, 64};

    private TileChoice() {}

    /** Returns the fastest tile for a clip. */
    static Tile best(Neighbourhood neighbourhood) {
        return fastest(neighbourhood, new ClipCallSizes(neighbourhood)::calls);
    }

    /** Returns the fastest tile, where {@code cut} gives what would have to be computed with each. */
    static Tile best(Neighbourhood neighbourhood, Function<Tile, List<TileRun>> cut) {
        return fastest(
                neighbourhood,
                tile -> cut.apply(tile).stream().map(TileRun::size).toList());
    }

    private static Tile fastest(Neighbourhood neighbourhood, Function<Tile, List<CallSize>> calls) {
        return tiles(neighbourhood).stream()
                .map(tile -> candidate(neighbourhood.grid(), tile, calls.apply(tile)))
                .min(Comparator.comparing(Candidate::tooLarge).thenComparing(Candidate::time))
                .orElseThrow()
                .tile();
    }

    private record Candidate(Tile tile, double time, double maskBytes) {
        /** Returns the bytes beyond the bound, so that of too large masks the smallest wins. */
        double tooLarge() {
            return Math.max(0, maskBytes - LARGEST_MASK_BYTES);
        }
    }

    private static List<Tile> tiles(Neighbourhood neighbourhood) {
        Grid grid = neighbourhood.grid();
        SortedSet<Integer> frames = upTo(grid.frames(), FRAMES);
        int sharing = neighbourhood
                .branch()
                .keyFrames()
                .sharing(neighbourhood.branch().stride());
        if (sharing > 1) {
            frames.add(Math.min(grid.frames(), sharing));
        }
        boolean whole = neighbourhood.branch().window() == Branch.ALL;
        List<Tile> tiles = new ArrayList<>();
        for (int rows : whole ? upTo(grid.height()) : upTo(grid.height(), sides(neighbourhood))) {
            for (int columns : whole ? upTo(grid.width()) : upTo(grid.width(), sides(neighbourhood))) {
                for (int count : frames) {
                    tiles.add(new Tile(count, rows, columns));
                }
            }
        }
        return tiles;
    }

    /** Returns the lengths of tiles to try; where queries share windows, tiles are whole groups of them. */
    private static int[] sides(Neighbourhood neighbourhood) {
        Grid grid = neighbourhood.grid();
        int stride = Math.min(neighbourhood.branch().spatialStride(), Math.max(grid.height(), grid.width()));
        return stride == 1 ? SIDES : new int[] {stride, 2 * stride, 3 * stride, 4 * stride};
    }

    private static SortedSet<Integer> upTo(int limit, int... values) {
        SortedSet<Integer> kept = new TreeSet<>();
        for (int value : values) {
            if (value < limit) {
                kept.add(value);
            }
        }
        kept.add(limit);
        return kept;
    }

    private static Candidate candidate(Grid grid, Tile tile, List<CallSize> calls) {
        double time = 0;
        double maskBytes = 0;
        for (CallSize call : calls) {
            // In floating point: some tiles are so bad that their pairs are beyond a long.
            time += call.pairs() * (1 + SHORT_TILE / call.queries());
            time += COPIED_KEY * call.copiedKeys();
            time += PASSING_TOKEN * grid.tokens() + CALL;
            maskBytes += call.maskNumbers() * Float.BYTES;
        }
        return new Candidate(tile, time, maskBytes);
    }
}
