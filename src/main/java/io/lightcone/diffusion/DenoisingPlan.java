// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

/**
 * The order in which frames lose their noise: a matrix whose rows are calls of the network and whose columns are frames.
 * After row r (counted from 1), frame f has done
 *
 * <pre>
 * k_f(r) = clamp(r - gap * (f - prefix), 0, steps)
 * </pre>
 *
 * of its {@code steps} updates; given frames have done all of theirs before the first row. With a gap of {@code steps} each
 * frame starts when the one before it is finished. (The closed form of AR-Diffusion's scheduler, arXiv 2503.07418.)
 *
 * @param frames all frames, given ones included
 * @param prefix how many frames are given, at the front
 * @param steps updates of each frame
 * @param gap rows by which a frame starts later than the one before it
 */
public record DenoisingPlan(int frames, int prefix, int steps, int gap) {
    public DenoisingPlan {
        if (steps < 1 || prefix < 0 || frames <= prefix) {
            throw new IllegalArgumentException("a plan needs at least one step and one frame to generate, not " + steps
                    + " steps and " + (frames - prefix) + " frames");
        }
        if (gap < 0 || gap > steps) {
            throw new IllegalArgumentException("the gap must lie between 0 and the " + steps + " steps, not " + gap);
        }
    }

    /** One frame after the other. */
    public static DenoisingPlan frameByFrame(int frames, int prefix, int steps) {
        return new DenoisingPlan(frames, prefix, steps, steps);
    }

    /** Calls of the network. */
    public long rows() {
        return steps + (long) gap * (frames - prefix - 1);
    }

    /** Updates that frame {@code frame} has done after row {@code row}, counted from 1; row 0 is the start. */
    public int done(long row, int frame) {
        if (frame < prefix) {
            return steps;
        }
        return (int) Math.max(0, Math.min(steps, row - (long) gap * (frame - prefix)));
    }

    /** Whether row {@code row} updates frame {@code frame}. */
    public boolean updates(long row, int frame) {
        return done(row, frame) > done(row - 1, frame);
    }

    /** The level of a frame that has done {@code done} updates: evenly spaced from 1 to 0. */
    public double level(int done) {
        return 1.0 - (double) done / steps;
    }
}
