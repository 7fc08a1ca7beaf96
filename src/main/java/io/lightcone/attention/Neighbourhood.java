// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which keys each query of a branch sees on a grid: the definition that every plan must reproduce. A key is seen if its
 * frame is among the query's key frames and its row and column lie in the query's window for that frame distance. The
 * three axes are independent of each other, so everything follows from small tables per axis.
 *
 * @param branch what a query sees
 * @param grid the branch's own grid, that is, after averaging
 */
public record Neighbourhood(Branch branch, Grid grid) {
    /** A token: frame, row, column. */
    public record Token(int frame, int row, int column) {}

    /** The frames that a query of frame {@code t} sees, ascending; the last is {@code t}. */
    public int[] keyFrames(int t) {
        int limit = branch.frames() == Branch.ALL ? Integer.MAX_VALUE : branch.frames();
        if (branch.keyFrames() == KeyFrames.DILATED) {
            int window = Math.min(limit, grid.frames());
            return new AxisNeighbourhood(grid.frames(), window, branch.stride(), 1, true).of(t);
        }
        int[] anchors =
                IntStream.iterate(0, f -> f < t, f -> f + branch.stride()).toArray();
        int kept = Math.min(anchors.length, limit - 1);
        return IntStream.concat(
                        IntStream.range(anchors.length - kept, anchors.length).map(i -> anchors[i]), IntStream.of(t))
                .toArray();
    }

    /** The rows that a query in row {@code y} sees in a frame {@code distance} frames back. */
    public int[] rows(int y, int distance) {
        return axis(grid.height(), distance).of(y);
    }

    /** The columns that a query in column {@code x} sees in a frame {@code distance} frames back. */
    public int[] columns(int x, int distance) {
        return axis(grid.width(), distance).of(x);
    }

    AxisNeighbourhood axis(int length, int distance) {
        int window = branch.window() == Branch.ALL ? length : branch.cone().window(branch.window(), distance);
        return AxisNeighbourhood.sliding(length, Math.min(window, length));
    }

    /** All keys of a query, in the order of the grid. */
    public List<Token> keys(Token query) {
        List<Token> keys = new ArrayList<>();
        for (int frame : keyFrames(query.frame())) {
            int distance = query.frame() - frame;
            for (int row : rows(query.row(), distance)) {
                for (int column : columns(query.column(), distance)) {
                    keys.add(new Token(frame, row, column));
                }
            }
        }
        return keys;
    }

    /** How many (query, key) pairs there are: the multiply-adds of the scores, per head and channel. */
    public long pairs() {
        long pairs = 0;
        for (int t = 0; t < grid.frames(); t++) {
            for (int frame : keyFrames(t)) {
                long rows = Math.min(width(grid.height(), t - frame), grid.height());
                long columns = Math.min(width(grid.width(), t - frame), grid.width());
                pairs += grid.tokensPerFrame() * rows * columns;
            }
        }
        return pairs;
    }

    private int width(int length, int distance) {
        return axis(length, distance).window();
    }
}
