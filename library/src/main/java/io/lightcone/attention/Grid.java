// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Describes the tokens of a clip: {@code frames} frames of {@code height} rows and {@code width} columns, numbered
 * frame by frame, row by row.
 */
public record Grid(int frames, int height, int width) {
    public Grid {
        if (frames < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "a grid needs at least one frame, row and column, not " + frames + "x" + height + "x" + width);
        }
    }

    /** Returns the number of tokens of one frame. */
    public int tokensPerFrame() {
        return height * width;
    }

    /** Returns the number of tokens of the clip, which must fit into an int; see {@link #tokenCount}. */
    public int tokens() {
        return frames * tokensPerFrame();
    }

    /** Returns the number of tokens of the clip, however many. */
    public long tokenCount() {
        return (long) frames * height * width;
    }

    /**
     * Returns the grid of the means of {@code down x down} tokens; cells at the lower and right border may be smaller.
     */
    public Grid pooled(int down) {
        return new Grid(frames, (height - 1) / down + 1, (width - 1) / down + 1);
    }
}
