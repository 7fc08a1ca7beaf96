// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Counts what a branch must remember of finished frames so that any later frame can be computed: their keys and values.
 *
 * <p>Frames back to back ({@link KeyFrames#DILATED}) are all remembered, since each is a key frame of a later one: with
 * v key frames d apart, the last {@code (v - 1) d}. Of {@link KeyFrames#ANCHORED} frames only every d-th is, the last v
 * - 1 of them.
 *
 * @param numbersPerFrame numbers of one remembered frame: a key and a value of each token
 * @param spacing one frame in this many is remembered
 * @param sinks first frames that are remembered for ever
 * @param limit the greatest number of other frames that are remembered, or {@link #UNLIMITED}
 */
public record CacheCost(long numbersPerFrame, int spacing, int sinks, long limit) {
    /** Stands for no limit: as many frames are remembered as there are. */
    static final long UNLIMITED = Long.MAX_VALUE;

    /** Returns the cost of {@code branch} on frames of {@code grid}, which has all tokens before averaging. */
    public static CacheCost of(Branch branch, Grid grid, int headWidth) {
        long numbers = 2L * grid.pooled(branch.down()).tokensPerFrame() * branch.heads() * headWidth;
        KeyFrames keyFrames = branch.keyFrames();
        long limit = branch.frames() == Branch.ALL ? UNLIMITED : keyFrames.kept(branch.frames() - 1L, branch.stride());
        return new CacheCost(numbers, keyFrames.keptEvery(branch.stride()), branch.sinks(), limit);
    }

    /** Returns how many frames are remembered after {@code frames} finished ones. */
    long framesAfter(long frames) {
        long first = Math.min(frames, sinks);
        long spaced = (frames + spacing - 1) / spacing - (first + spacing - 1) / spacing;
        return first + Math.min(spaced, limit);
    }

    /** Returns how many numbers are remembered after {@code frames} finished frames. */
    public long numbersAfter(long frames) {
        return Math.multiplyExact(framesAfter(frames), numbersPerFrame);
    }
}
