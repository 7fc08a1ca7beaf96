// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/** Checks the values that every section {@code training} has. */
final class LoopChecks {
    static final int MOST_FRAMES = 10_000;
    private static final int MOST_BATCH = 1_000_000;

    private LoopChecks() {}

    /** Requires that a section {@code training} with these values can be trained by. */
    static void require(int frames, int batch, int accumulate, long steps, double minutes) {
        requireWithin("frames", frames, MOST_FRAMES);
        requireWithin("batch", batch, MOST_BATCH);
        if (accumulate < 1 || accumulate > batch) {
            throw new IllegalArgumentException("accumulate must lie between 1 and training.batch, which is " + batch
                    + ", not " + accumulate + ": it is the number of parts that the clips of a step are computed in");
        }
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, not " + steps);
        }
        if (!(minutes >= 0 && minutes <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("minutes must be 0, for no limit, or more, not " + minutes);
        }
    }

    private static void requireWithin(String key, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(key + " must lie between 1 and " + most + ", not " + value);
        }
    }
}
