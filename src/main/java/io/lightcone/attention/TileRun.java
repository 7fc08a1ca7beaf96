// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The geometry of one call of fused attention: a run of time tiles that look alike, each cut into spatial tiles, and for
 * each of these the keys around it. Numbers only; {@link TiledCall} makes the tensors.
 *
 * @param grid of one frame
 * @param tile its frames are those of the run's tiles
 * @param tiles time tiles that look alike
 * @param rows for each key frame the rows around each spatial tile
 * @param columns for each key frame the columns around each spatial tile
 */
record TileRun(Grid grid, Tile tile, List<TimeTile> tiles, List<Halo> rows, List<Halo> columns) {

    static TileRun of(Neighbourhood neighbourhood, Tile tile, List<TimeTile> tiles) {
        Grid grid = neighbourhood.grid();
        TimeTile first = tiles.get(0);
        List<Halo> rows = IntStream.range(0, first.keys().length)
                .mapToObj(j -> Halo.of(neighbourhood.axis(grid.height(), first.farthest(j)), tile.rows()))
                .toList();
        List<Halo> columns = IntStream.range(0, first.keys().length)
                .mapToObj(j -> Halo.of(neighbourhood.axis(grid.width(), first.farthest(j)), tile.columns()))
                .toList();
        return new TileRun(
                new Grid(1, grid.height(), grid.width()),
                new Tile(first.frames(), tile.rows(), tile.columns()),
                tiles,
                rows,
                columns);
    }

    /** All runs of a clip. */
    static List<TileRun> cut(Neighbourhood neighbourhood, Tile tile) {
        return TimeTile.runs(TimeTile.cut(neighbourhood, tile.frames())).stream()
                .map(run -> of(neighbourhood, tile, run))
                .toList();
    }

    int timeTiles() {
        return tiles.size();
    }

    int spatialTiles() {
        return rows.get(0).tiles() * columns.get(0).tiles();
    }

    /** Queries of a tile. */
    int queries() {
        return tile.frames() * tile.rows() * tile.columns();
    }

    /** Keys of a tile. */
    int keys() {
        return IntStream.range(0, rows.size())
                .map(j -> rows.get(j).length() * columns.get(j).length())
                .sum();
    }

    /** Whether the spatial tiles overlap, because they do not fit the frame. */
    boolean overlaps() {
        return grid.height() % tile.rows() != 0 || grid.width() % tile.columns() != 0;
    }

    /** Whether the keys are one stretch of memory, so that nothing need be copied. */
    boolean keysAreOneStretch() {
        boolean whole = IntStream.range(0, rows.size())
                .allMatch(j ->
                        rows.get(j).length() == grid.height() && columns.get(j).length() == grid.width());
        return whole && spatialTiles() == 1 && timeTiles() == 1 && tiles.get(0).keysFollow();
    }

    /** Pairs of queries and keys that the call computes, hidden ones included. */
    long donePairs() {
        return (long) timeTiles() * spatialTiles() * queries() * keys();
    }

    /** Keys that are copied to stand beside their queries. */
    long copiedKeys() {
        return keysAreOneStretch() ? 0 : (long) timeTiles() * spatialTiles() * keys();
    }

    /** Numbers in the mask; it is shared by heads, batch and time tiles. */
    long maskNumbers() {
        return (long) spatialTiles() * queries() * keys();
    }
}
