// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/** The part of a section {@code training} that the training loop reads, whatever is trained. */
public interface LoopConfig {
    /** Returns the seed of all randomness of the run. */
    long seed();

    /** Returns how many frames a training clip has. */
    int frames();

    /** Returns how many clips a step learns from. */
    int batch();

    /** Returns in how many parts at most, one after the other, each worker computes its clips of a step. */
    int accumulate();

    /** Returns the number of steps in all. */
    long steps();

    /** Returns the wall-clock budget in minutes; 0 for none. */
    double minutes();

    /** Returns how the weights follow the gradient. */
    OptimizerConfig optimizer();

    /** Returns how often the run reports and saves what. */
    ReportConfig reports();

    /** Returns how many frames the clips of a step have, which depends on the seed and the step alone. */
    default int framesOf(long step) {
        return frames();
    }

    /** Returns how many frames the longest training clips have. */
    default int longest() {
        return frames();
    }

    /**
     * Returns the share of the run that is done, by steps or by the clock, whichever is further; 1 or more at its end.
     *
     * @param step steps done
     * @param seconds spent on them
     */
    default double done(long step, double seconds) {
        double bySteps = (double) step / steps();
        double byClock = minutes() == 0 ? 0 : seconds / (60 * minutes());
        return Math.max(bySteps, byClock);
    }
}
