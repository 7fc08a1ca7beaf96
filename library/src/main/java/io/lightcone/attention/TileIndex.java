// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/** Lists where the tokens of tiles lie in memory, as indices. */
final class TileIndex {
    private TileIndex() {}

    /** Returns for each time tile, spatial tile and key the key's token, [P*S*L]. */
    static long[] keys(TileRun run) {
        int width = run.grid().width();
        long[] index = new long[run.timeTiles() * run.spatialTiles() * run.keys()];
        int at = 0;
        for (TimeTile time : run.tiles()) {
            for (int row = 0; row < run.rows().get(0).tiles(); row++) {
                for (int column = 0; column < run.columns().get(0).tiles(); column++) {
                    for (int j = 0; j < time.keys().length; j++) {
                        long frame = (long) time.keys()[j] * run.grid().tokens();
                        Halo rows = run.rows().get(j);
                        Halo columns = run.columns().get(j);
                        for (int y = rows.starts()[row]; y < rows.starts()[row] + rows.length(); y++) {
                            long first = frame + (long) y * width + columns.starts()[column];
                            for (int x = 0; x < columns.length(); x++) {
                                index[at++] = first + x;
                            }
                        }
                    }
                }
            }
        }
        return index;
    }

    /** Returns for each spatial tile and place in it the token of the frame, [S*y*x]. */
    static long[] queries(TileRun run) {
        Tile tile = run.tile();
        long[] index = new long[run.spatialTiles() * tile.rows() * tile.columns()];
        int at = 0;
        for (int top : run.rows().get(0).tileStarts()) {
            for (int left : run.columns().get(0).tileStarts()) {
                for (int y = top; y < top + tile.rows(); y++) {
                    for (int x = left; x < left + tile.columns(); x++) {
                        index[at++] = (long) y * run.grid().width() + x;
                    }
                }
            }
        }
        return index;
    }

    /**
     * Returns for each token of the frame the first place among all tiles' queries that computes it, the inverse of
     * {@link #queries}.
     */
    static long[] tokens(TileRun run) {
        long[] queries = queries(run);
        long[] index = new long[run.grid().tokens()];
        for (int place = queries.length - 1; place >= 0; place--) {
            index[(int) queries[place]] = place;
        }
        return index;
    }

    /**
     * Returns for each tile along one axis, place in it and key of its stretch 1 where the query sees the key, else 0.
     */
    static float[] table(AxisNeighbourhood axis, Halo halo, int tile) {
        float[] sees = new float[halo.tiles() * tile * halo.length()];
        int at = 0;
        for (int i = 0; i < halo.tiles(); i++) {
            for (int query = halo.tileStarts()[i]; query < halo.tileStarts()[i] + tile; query++) {
                for (int key : axis.of(query)) {
                    sees[at + key - halo.starts()[i]] = 1;
                }
                at += halo.length();
            }
        }
        return sees;
    }
}
