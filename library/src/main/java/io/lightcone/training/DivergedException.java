// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;

/**
 * Thrown when training has produced numbers that are not finite. The weights are still those of the step before, but
 * the cause may already be in them, so that resuming may need an earlier checkpoint.
 */
public final class DivergedException extends UserException {
    private static final long serialVersionUID = 1;

    /**
     * Creates an exception that names the step and the clips.
     *
     * @param what is not finite
     * @param where the clips in question
     */
    public DivergedException(String what, long step, String where) {
        super("the " + what + " is not finite at step " + step + ", in " + where
                + "; lower training.optimizer.learningRate");
    }
}
