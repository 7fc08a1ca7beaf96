// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Describes the geometry of one call of fused attention: a run of time tiles that look alike, each cut into spatial
 * tiles, and for each of these the keys around it. It has numbers only; {@link TiledCall} creates the tensors.
 *
 * @param grid the grid of one frame
 * @param tile the size of a tile; its frames are those of the run's tiles
 * @param tiles time tiles that look alike
 * @param rows for each key frame the rows around each spatial tile
 * @param columns for each key frame the columns around each spatial tile
 */
record TileRun(Grid grid, Tile tile, List<TimeTile> tiles, List<Halo> rows, List<Halo> columns) {

    static TileRun of(Neighbourhood neighbourhood, Tile tile, List<TimeTile> tiles) {
        return of(new TileWindows(neighbourhood, tile), tiles);
    }

    /** Returns all runs of a clip. */
    static List<TileRun> cut(Neighbourhood neighbourhood, Tile tile) {
        TileWindows windows = new TileWindows(neighbourhood, tile);
        return TimeTile.runs(TimeTile.cut(neighbourhood, tile.frames())).stream()
                .map(run -> of(windows, run))
                .toList();
    }

    private static TileRun of(TileWindows windows, List<TimeTile> tiles) {
        TimeTile first = tiles.get(0);
        List<TileWindow> seen = IntStream.range(0, first.keys().length)
                .mapToObj(j -> windows.at(first.farthest(j)))
                .toList();
        return new TileRun(
                windows.frame(),
                new Tile(first.frames(), windows.tile().rows(), windows.tile().columns()),
                tiles,
                seen.stream().map(TileWindow::rows).toList(),
                seen.stream().map(TileWindow::columns).toList());
    }

    int timeTiles() {
        return tiles.size();
    }

    int spatialTiles() {
        return rows.get(0).tiles() * columns.get(0).tiles();
    }

    /** Returns the number of queries of a tile. */
    int queries() {
        return tile.frames() * tile.rows() * tile.columns();
    }

    /** Returns the number of keys of a tile. */
    int keys() {
        return IntStream.range(0, rows.size())
                .map(j -> rows.get(j).length() * columns.get(j).length())
                .sum();
    }

    /** Returns whether the spatial tiles overlap, because they do not fit the frame. */
    boolean overlaps() {
        return grid.height() % tile.rows() != 0 || grid.width() % tile.columns() != 0;
    }

    /** Returns whether the keys are one stretch of memory, so that nothing need be copied. */
    boolean keysAreOneStretch() {
        boolean whole = IntStream.range(0, rows.size())
                .allMatch(j ->
                        rows.get(j).length() == grid.height() && columns.get(j).length() == grid.width());
        return whole && spatialTiles() == 1 && timeTiles() == 1 && tiles.get(0).keysFollow();
    }

    /** Returns the numbers that the cost of the call follows from. */
    CallSize size() {
        return new CallSize(timeTiles(), spatialTiles(), queries(), keys(), keysAreOneStretch());
    }
}
