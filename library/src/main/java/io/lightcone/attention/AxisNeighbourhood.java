// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Defines the keys that a query sees along one axis, exactly as NATTEN does: a window over every {@code dilation}-th
 * position, shifted inwards at a border so that it never shrinks, or, if causal, ending at the query and cut at the
 * start.
 *
 * <p>With i the query, g = i mod d its residue, p = i div d its place in the residue class of L members, and l the
 * leader of its stride group (the right-hand centre of the group, or its last member if causal):
 *
 * <pre>
 * not causal  keys g + d*j for j in [a, a + w),     a = clamp(l - w div 2, 0, L - w)
 * causal      keys g + d*j for j in [a, p],         a = max(l - (w - 1), 0)
 * </pre>
 *
 * @param length positions of the axis, at least 1
 * @param window keys of a query, itself included, at least 1; wider than the axis means all of it
 * @param dilation distance between neighbouring keys, at least 1
 * @param stride how many queries in a row share one window, at least 1 and at most {@code window}
 * @param causal whether a query sees only itself and what lies before it
 */
record AxisNeighbourhood(int length, int window, int dilation, int stride, boolean causal) {
    public AxisNeighbourhood {
        if (length < 1 || window < 1 || dilation < 1) {
            throw new IllegalArgumentException("length, window and dilation must be at least 1, not " + length + ", "
                    + window + " and " + dilation);
        }
        if (stride < 1 || stride > window) {
            throw new IllegalArgumentException(
                    "stride must lie between 1 and the window " + window + ", not " + stride);
        }
    }

    /** Returns the keys of query {@code i}, ascending. */
    public int[] of(int i) {
        int residue = i % dilation;
        int place = i / dilation;
        int members = (length - residue - 1) / dilation + 1;
        int group = place / stride * stride;
        int start;
        int end;
        if (causal) {
            int leader = Math.min(group + stride - 1, members - 1);
            start = Math.max(leader - (window - 1), 0);
            end = place + 1;
        } else {
            int width = Math.min(window, members);
            int leader = Math.min(group + stride / 2, members - 1);
            start = Math.max(0, Math.min(leader - width / 2, members - width));
            end = start + width;
        }
        int[] keys = new int[end - start];
        for (int j = start; j < end; j++) {
            keys[j - start] = residue + dilation * j;
        }
        return keys;
    }

    /** Returns a table with a row for each query and a column for each key, true where the query sees the key. */
    boolean[][] table() {
        boolean[][] sees = new boolean[length][length];
        for (int query = 0; query < length; query++) {
            for (int key : of(query)) {
                sees[query][key] = true;
            }
        }
        return sees;
    }
}
