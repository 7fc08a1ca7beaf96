// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;

/**
 * Training has left the finite numbers. The weights are still those of the step before, but what led there may be in them:
 * the way on may be an earlier checkpoint.
 */
final class DivergedException extends UserException {
    private static final long serialVersionUID = 1;

    /**
     * Says where it happened.
     *
     * @param what is not finite
     * @param where the clips in question
     */
    DivergedException(String what, long step, String where) {
        super("the " + what + " is not finite at step " + step + ", in " + where
                + "; lower training.optimizer.learningRate");
    }
}
