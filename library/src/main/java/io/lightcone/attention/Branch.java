// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Describes one branch of an attention layer: how many heads it has and what a query of it sees. The two branches of
 * MSC (arXiv 2412.09828) are (down 1, a window, a few frames, stride 1) and (down r, ALL, ALL, stride d); one branch
 * with everything open is ordinary frame-causal attention.
 *
 * @param heads heads of this branch, at least 1
 * @param down each token of this branch is the mean of {@code down x down} tokens of a frame
 * @param window rows and columns of keys that a query sees in its own frame, or {@link #ALL}
 * @param spatialStride queries that share one window, along rows and columns alike: 1 slides by single tokens, the
 *     window itself cuts the frame into blocks (NATTEN's stride); at most {@code window}, and 1 if that is {@link #ALL}
 * @param frames how many frames a query sees, its own included, counted in key frames, or {@link #ALL}
 * @param sinks first frames of the clip that every query sees besides, however long ago they were (attention sinks)
 * @param stride distance between key frames, at least 1
 * @param keyFrames where the key frames lie
 * @param cone how the window widens with frame distance
 */
public record Branch(
        int heads,
        int down,
        int window,
        int spatialStride,
        int frames,
        int sinks,
        int stride,
        KeyFrames keyFrames,
        LightCone cone) {
    /** Stands for no limit: the whole frame, or all frames so far. */
    public static final int ALL = 0;

    private static final int MOST_SINKS = 100_000;

    public Branch {
        if (heads < 1 || down < 1 || stride < 1) {
            throw new IllegalArgumentException(
                    "heads, down and stride must be at least 1, not " + heads + ", " + down + " and " + stride);
        }
        if (window < 0 || frames < 0) {
            throw new IllegalArgumentException(
                    "window and frames must be at least 1, or 0 for all, not " + window + " and " + frames);
        }
        if (spatialStride < 1 || spatialStride > Math.max(1, window)) {
            throw new IllegalArgumentException("spatialStride must lie between 1 and the window"
                    + (window == ALL ? ", which is the whole frame here and needs 1" : " " + window) + ", not "
                    + spatialStride);
        }
        if (sinks < 0 || sinks > MOST_SINKS) {
            throw new IllegalArgumentException("sinks must lie between 0 and " + MOST_SINKS + ", not " + sinks);
        }
    }

    /** Creates a branch whose window slides by single tokens and that has no sinks. */
    public Branch(int heads, int down, int window, int frames, int stride, KeyFrames keyFrames, LightCone cone) {
        this(heads, down, window, 1, frames, 0, stride, keyFrames, cone);
    }

    /** Returns a branch of ordinary frame-causal attention. */
    public static Branch dense(int heads) {
        return new Branch(heads, 1, ALL, ALL, 1, KeyFrames.DILATED, LightCone.NONE);
    }

    /** Returns this branch without the past: a query sees its own frame alone, through the same window. */
    public Branch withinFrame() {
        return new Branch(heads, down, window, spatialStride, 1, 0, 1, KeyFrames.DILATED, LightCone.NONE);
    }

    /** Returns whether a query sees its own frame alone. */
    public boolean isWithinFrame() {
        return frames == 1 && sinks == 0;
    }

    /**
     * Returns a branch of one head with the same neighbourhood on its own grid, which is all that a plan depends on.
     */
    Branch neighbourhoodOnly() {
        // Not by RecordCopy, as every layer looks up its plans by this in every step.
        return new Branch(1, 1, window, spatialStride, frames, sinks, stride, keyFrames, cone);
    }
}
