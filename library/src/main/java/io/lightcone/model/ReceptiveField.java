// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import io.lightcone.attention.Neighbourhood;
import io.lightcone.attention.Neighbourhood.Token;
import java.util.Arrays;
import java.util.List;

/**
 * Describes what one token sees in one layer: for each branch the frames, and in each frame the rows and columns, of
 * its keys. Keys of a branch are cells of {@code down x down} tokens; the query of that branch is the cell that the
 * token lies in.
 *
 * @param layer number of the layer, from 0
 * @param clip size of the clip in tokens
 * @param query the token
 * @param branches what it sees in each branch
 */
public record ReceptiveField(int layer, Grid clip, Token query, List<BranchField> branches) {
    /**
     * Describes what the token sees in one branch.
     *
     * @param summary the branch in a few words
     * @param down tokens along a side of a cell
     * @param rows cells in a column of a frame
     * @param columns cells in a row of a frame
     * @param query the cell that the token lies in
     * @param frames the key frames, ascending; the last is the query's own
     */
    public record BranchField(
            String summary, int heads, int down, int rows, int columns, Token query, List<KeyCells> frames) {
        public BranchField {
            frames = List.copyOf(frames);
        }

        /** Returns how many keys the token sees in this branch. */
        public long keys() {
            return frames.stream()
                    .mapToLong(frame ->
                            (long) frame.rows().size() * frame.columns().size())
                    .sum();
        }
    }

    /** Describes what the token sees of one frame: every cell in one of the rows and one of the columns. */
    public record KeyCells(int frame, List<Integer> rows, List<Integer> columns) {
        public KeyCells {
            rows = List.copyOf(rows);
            columns = List.copyOf(columns);
        }
    }

    public ReceptiveField {
        branches = List.copyOf(branches);
    }

    /**
     * Returns what the token {@code query} of a clip sees in {@code layer}.
     *
     * @param frames frames of the clip
     * @param height height of a frame in pixels
     * @param width width of a frame in pixels
     * @throws UserException if there is no such layer or token, or the patch does not divide the frames
     */
    public static ReceptiveField of(ModelConfig config, int layer, Token query, int frames, int height, int width) {
        Grid grid = config.patches().grid(frames, height, width);
        check("layer", layer, config.depth(), "layers");
        check("the query's frame", query.frame(), grid.frames(), "frames");
        check("the query's row", query.row(), grid.height(), "rows of tokens");
        check("the query's column", query.column(), grid.width(), "columns of tokens");
        boolean decodes = config.separable() && layer >= config.encoder();
        ModelConfig half = !config.separable() ? config : decodes ? config.decoderLayers() : config.encoderLayers();
        int own = decodes ? layer - config.encoder() : layer;
        List<BranchField> branches = half.branches(own, grid.height(), grid.width()).stream()
                .map(branch -> view(branch, grid, query))
                .toList();
        return new ReceptiveField(layer, grid, query, branches);
    }

    private static void check(String what, int value, int count, String counted) {
        if (value < 0 || value >= count) {
            throw new UserException(what + " must lie between 0 and " + (count - 1) + ", since there are " + count + " "
                    + counted + ", but is " + value);
        }
    }

    private static BranchField view(Branch branch, Grid grid, Token query) {
        Grid cells = grid.pooled(branch.down());
        Token cell = new Token(query.frame(), query.row() / branch.down(), query.column() / branch.down());
        Neighbourhood seen = new Neighbourhood(branch, cells);
        List<KeyCells> frames = Arrays.stream(seen.keyFrames(query.frame()))
                .mapToObj(frame -> new KeyCells(
                        frame,
                        boxed(seen.rows(cell.row(), query.frame() - frame)),
                        boxed(seen.columns(cell.column(), query.frame() - frame))))
                .toList();
        return new BranchField(
                BranchCost.summary(branch), branch.heads(), branch.down(), cells.height(), cells.width(), cell, frames);
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
