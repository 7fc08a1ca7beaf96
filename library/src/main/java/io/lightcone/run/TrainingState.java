// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The state that training needs besides tensors to resume as if it had never stopped. Random streams and the order of
 * the data follow from the seed and the step.
 *
 * @param step optimiser steps done, at least 0
 * @param seed seed of all random streams
 * @param secondsTrained wall time of training so far, in seconds
 * @param framesPerSecond rate of the clips trained on: the configuration does not say it where videos keep their own
 *     rate
 * @param provenance where the checkpoint comes from
 */
public record TrainingState(
        long step, long seed, double secondsTrained, double framesPerSecond, Provenance provenance) {
    public TrainingState {
        if (step < 0 || !(secondsTrained >= 0) || Double.isInfinite(secondsTrained)) {
            throw new IllegalArgumentException(
                    "step and secondsTrained must be 0 or more, not " + step + " and " + secondsTrained);
        }
        if (!(framesPerSecond > 0) || Double.isInfinite(framesPerSecond)) {
            throw new IllegalArgumentException("framesPerSecond must be above 0, not " + framesPerSecond);
        }
    }
}
