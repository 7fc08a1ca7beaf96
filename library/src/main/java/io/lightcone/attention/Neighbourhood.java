// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import java.util.ArrayList;
import java.util.List;

/**
 * Defines which keys each query of a branch sees on a grid, which every plan must reproduce. A key is seen if its frame
 * is among the query's key frames and its row and column lie in the query's window for that frame distance. The three
 * axes are independent of each other, so everything follows from small tables per axis.
 *
 * @param branch what a query sees
 * @param grid the branch's own grid, that is, after averaging
 * @param pace frames of the video from one frame of the grid to the next, by which a light cone widens
 */
public record Neighbourhood(Branch branch, Grid grid, int pace) {
    /** Creates the neighbourhood in a clip of which no frames are left out. */
    public Neighbourhood(Branch branch, Grid grid) {
        this(branch, grid, 1);
    }

    /** Names a token, or a cell of tokens, by its frame, row and column, all from 0. */
    public record Token(int frame, int row, int column) {}

    /**
     * Returns the frames that a query of frame {@code t} sees, ascending; the last is {@code t}. They do not depend on
     * the length of the clip, so {@code t} may lie beyond it.
     */
    public int[] keyFrames(int t) {
        int step = branch.stride();
        int sinks = Math.min(branch.sinks(), t);
        int newest = branch.keyFrames().newest(t, step);
        int limit = branch.frames() == Branch.ALL ? Integer.MAX_VALUE : branch.frames() - 1;
        // Those among the sinks are seen anyway, and are the oldest.
        int recent = newest < sinks ? 0 : Math.min(limit, (newest - sinks) / step + 1);
        int[] keys = new int[sinks + recent + 1];
        for (int i = 0; i < sinks; i++) {
            keys[i] = i;
        }
        for (int i = 0; i < recent; i++) {
            keys[sinks + i] = newest - (recent - 1 - i) * step;
        }
        keys[sinks + recent] = t;
        return keys;
    }

    /** Returns the rows that a query in row {@code y} sees in a frame {@code distance} frames back. */
    public int[] rows(int y, int distance) {
        return axis(grid.height(), distance).of(y);
    }

    /** Returns the columns that a query in column {@code x} sees in a frame {@code distance} frames back. */
    public int[] columns(int x, int distance) {
        return axis(grid.width(), distance).of(x);
    }

    AxisNeighbourhood axis(int length, int distance) {
        return axisThrough(length, window(distance));
    }

    /**
     * Returns how many rows and columns a query sees {@code distance} frames of the grid back, at most the longer side
     * of a frame.
     */
    int window(int distance) {
        int longest = Math.max(grid.height(), grid.width());
        return branch.window() == Branch.ALL
                ? longest
                : (int) Math.min(branch.cone().window(branch.window(), distance * pace), longest);
    }

    /** Returns an axis as seen through {@code window}: all frame distances with the same {@link #window} share it. */
    AxisNeighbourhood axisThrough(int length, int window) {
        int seen = Math.min(window, length);
        return new AxisNeighbourhood(length, seen, 1, Math.min(branch.spatialStride(), seen), false);
    }

    /** Returns all keys of a query, in the order of the grid. */
    List<Token> keys(Token query) {
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

    /**
     * Returns how many (query, key) pairs there are: the multiply-adds of the scores, per head and channel.
     *
     * @throws ArithmeticException if there are more than a long counts
     */
    long pairs() {
        long[] seen = new long[grid.frames()]; // pairs of frames, by their distance
        for (int t = 0; t < grid.frames(); t++) {
            for (int frame : keyFrames(t)) {
                seen[t - frame]++;
            }
        }
        long pairs = 0;
        for (int distance = 0; distance < seen.length; distance++) {
            if (seen[distance] > 0) {
                long rows = axis(grid.height(), distance).window();
                long columns = axis(grid.width(), distance).window();
                long pairsOfFrame = Math.multiplyExact(grid.tokensPerFrame(), rows * columns);
                pairs = Math.addExact(pairs, Math.multiplyExact(seen[distance], pairsOfFrame));
            }
        }
        return pairs;
    }
}
