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

    /**
     * The frames that a query of frame {@code t} sees, ascending; the last is {@code t}. It does not depend on the length of
     * the clip, so {@code t} may lie beyond it.
     */
    public int[] keyFrames(int t) {
        IntStream sinks = IntStream.range(0, Math.min(branch.sinks(), t));
        return IntStream.concat(sinks, recent(t)).sorted().distinct().toArray();
    }

    /** The key frames without sinks: as many as the branch allows, newest first. */
    private IntStream recent(int t) {
        int step = branch.stride();
        int count = branch.frames() == Branch.ALL ? Integer.MAX_VALUE : branch.frames();
        if (branch.keyFrames() == KeyFrames.DILATED) {
            return IntStream.iterate(t, f -> f >= 0, f -> f - step).limit(count);
        }
        int newest = (t - 1) / step * step;
        IntStream anchors = t == 0 ? IntStream.empty() : IntStream.iterate(newest, f -> f >= 0, f -> f - step);
        return IntStream.concat(IntStream.of(t), anchors.limit(count - 1L));
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
        int seen = Math.min(window, length);
        return new AxisNeighbourhood(length, seen, 1, Math.min(branch.spatialStride(), seen), false);
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
