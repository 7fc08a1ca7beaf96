// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A denoising plan is the order in which frames lose their noise: a matrix whose rows are calls of the network and
 * whose columns are frames. After row r (counted from 1), frame f has done
 *
 * <pre>
 * k_f(r) = clamp(r - gap * floor((f - prefix) / block), 0, steps)
 * </pre>
 *
 * of its {@code steps} updates; given frames have done all of theirs before the first row. This is AR-Diffusion's AD
 * scheduler (arXiv 2503.07418) over blocks of frames. Its extremes are well-known orders: with a gap of 0 all frames
 * lose their noise together, with a gap of {@code steps} each block starts when the one before it is finished. Each
 * frame is updated {@code steps} times and never again; a last block need not be full.
 *
 * @param frames all frames, given ones included, or {@link #ENDLESS}
 * @param prefix how many frames are given, at the front
 * @param steps updates of each frame
 * @param gap rows by which a block starts later than the one before it
 * @param block frames that go together
 */
public record DenoisingPlan(int frames, int prefix, int steps, int gap, int block)
        implements Iterable<DenoisingPlan.Row> {
    /** The number of frames of a plan that has no last frame. */
    public static final int ENDLESS = Integer.MAX_VALUE;

    public DenoisingPlan {
        if (steps < 1 || prefix < 0 || frames <= prefix) {
            throw new IllegalArgumentException("a plan needs at least one step and one frame to generate, not " + steps
                    + " steps and " + (frames - prefix) + " frames");
        }
        if (gap < 0 || gap > steps) {
            throw new IllegalArgumentException("the gap must lie between 0 and the " + steps + " steps, not " + gap);
        }
        if (block < 1) {
            throw new IllegalArgumentException("a block must have at least 1 frame, not " + block);
        }
        if (frames == ENDLESS && gap == 0) {
            throw new IllegalArgumentException(
                    "with a gap of 0 all frames lose their noise together, so there must be an"
                            + " end to them; choose a gap between 1 and " + steps);
        }
    }

    /** Returns a plan that generates one frame after the other. */
    public static DenoisingPlan frameByFrame(int frames, int prefix, int steps) {
        return new DenoisingPlan(frames, prefix, steps, steps, 1);
    }

    /** Returns a plan that generates all frames at once, as ordinary video diffusion does. */
    public static DenoisingPlan synchronous(int frames, int prefix, int steps) {
        return new DenoisingPlan(frames, prefix, steps, 0, 1);
    }

    /** Returns a plan in which each frame is {@code gap} rows behind the one before it. */
    public static DenoisingPlan ad(int frames, int prefix, int steps, int gap) {
        return new DenoisingPlan(frames, prefix, steps, gap, 1);
    }

    /** Returns the same plan behind {@code finished} frames, which count as given: those after them begin anew. */
    public DenoisingPlan behind(int finished) {
        return new DenoisingPlan(frames, finished, steps, gap, block);
    }

    /**
     * Returns the same plan with another number of updates of each frame.
     *
     * @throws IllegalArgumentException unless each block starts when the one before it is finished: otherwise the gap
     *     would be another share of the steps
     */
    public DenoisingPlan withSteps(int other) {
        if (gap != steps) {
            throw new IllegalArgumentException("blocks " + gap + " updates behind each other cannot have other steps");
        }
        return new DenoisingPlan(frames, prefix, other, other, block);
    }

    /** Returns whether this plan has no last frame. */
    public boolean endless() {
        return frames == ENDLESS;
    }

    /**
     * Returns the number of network calls, for a stepper that makes one per update; {@link Long#MAX_VALUE} for an
     * endless plan.
     */
    public long rows() {
        return endless() ? Long.MAX_VALUE : steps + (long) gap * stage(frames - 1);
    }

    /** Returns the number of a generated frame's block, from 0. */
    private long stage(int frame) {
        return (long) (frame - prefix) / block;
    }

    /**
     * Returns how many updates frame {@code frame} has done after row {@code row}, counted from 1; row 0 is the start.
     */
    public int done(long row, int frame) {
        if (frame < prefix) {
            return steps;
        }
        return (int) Math.max(0, Math.min(steps, row - gap * stage(frame)));
    }

    /** Returns whether row {@code row} updates frame {@code frame}. */
    public boolean updates(long row, int frame) {
        return done(row, frame) > done(row - 1, frame);
    }

    /** Returns the level of a frame that has done {@code done} updates: evenly spaced from 1 to 0. */
    public double level(int done) {
        return (double) (steps - done) / steps;
    }

    /** Returns the largest number of frames that are in work at once. */
    public int inWork() {
        int toGenerate = frames - prefix;
        long blocks = gap == 0 ? Long.MAX_VALUE / block : (steps + gap - 1L) / gap;
        return (int) Math.min(toGenerate, blocks * block);
    }

    /**
     * Requires that frames finish before they leave a window of {@code window} frames, which moves on as new ones
     * begin: over more frames than the window holds, {@code gap * floor(window / block) >= steps}. Frames that go all
     * together behind given ones, or in blocks behind each other, must also leave room for one finished frame, or they
     * would show another video.
     *
     * @throws IllegalArgumentException if they do not; it says which gap or block would do
     */
    public void requireFits(int window) {
        if (block > window) {
            throw new IllegalArgumentException("blocks of " + block + " frames do not fit into the " + window
                    + " frames that the model sees at once; choose a block between 1 and " + window);
        }
        if (inWork() > window) {
            int blocks = window / block;
            throw new IllegalArgumentException(
                    "the plan has " + inWork() + " frames in work at once, but the model sees "
                            + window + ", so frames would stay unfinished; choose a gap between "
                            + (steps + blocks - 1) / blocks + " and " + steps);
        }
        boolean behindGiven = gap == 0 && prefix > 0;
        boolean behindBlocks = gap == steps && block > 1 && frames - prefix > block;
        if (inWork() == window && (behindGiven || behindBlocks)) {
            throw new IllegalArgumentException(
                    "the plan has " + inWork() + " frames in work at once, which are all that"
                            + " the model sees, so they would not see the frames before them; "
                            + (behindGiven
                                    ? "generate at most " + (window - 1) + ", or choose a gap between 1 and " + steps
                                    : "choose a block between 1 and " + (window - 1)));
        }
    }

    /**
     * A row is one call of the network: it updates the frames {@code first} to {@code first + count - 1} once each, and
     * no others.
     *
     * @param plan the plan that this is a row of
     * @param number number of the row, from 1
     * @param first number of the first updated frame, from 0
     * @param count how many frames are updated
     */
    public record Row(DenoisingPlan plan, long number, int first, int count) {
        /** Returns the levels of the updated frames before the call, which are those that the network is given. */
        public double[] from() {
            return levels(number - 1);
        }

        /** Returns the levels of the updated frames after the call. */
        public double[] to() {
            return levels(number);
        }

        private double[] levels(long row) {
            double[] levels = new double[count];
            for (int i = 0; i < count; i++) {
                levels[i] = plan.level(plan.done(row, first + i));
            }
            return levels;
        }
    }

    /** Returns the row of number {@code number}, counted from 1. */
    public Row row(long number) {
        if (number < 1 || number > rows()) {
            throw new IllegalArgumentException("there is no row " + number + " among " + rows());
        }
        // Blocks before the row; with a gap of 0 no row comes after the last step.
        long finished = number > steps ? (number - 1 - steps) / gap + 1 : 0;
        long begun = gap == 0 ? stage(frames - 1) + 1 : (number - 1) / gap + 1;
        int first = frame(finished);
        return new Row(this, number, first, frame(begun) - first);
    }

    /** Returns the first frame of a block, or the number of all frames after the last block. */
    private int frame(long stage) {
        return (int) Math.min(frames, prefix + stage * block);
    }

    /** Returns all rows, in order. */
    @Override
    public Iterator<Row> iterator() {
        return new Iterator<>() {
            private long next = 1;

            @Override
            public boolean hasNext() {
                return next <= rows();
            }

            @Override
            public Row next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return row(next++);
            }
        };
    }
}
