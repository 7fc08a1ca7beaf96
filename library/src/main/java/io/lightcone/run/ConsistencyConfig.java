// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of how a consistency model is distilled from a trained run (arXiv 2303.01469): its decoder learns
 * to say at once where the trained one leads in many updates.
 *
 * @param levels levels of the even grid that frames are noised to, from 2 to 1,000; 0 for a model that is not
 *     distilled. Of each frame the run draws one, and {@code training.levels} and
 *     {@code training.given} are not used
 */
public record ConsistencyConfig(int levels) {
    /** The name of this kind of training in checkpoints. */
    public static final String TRAINING = "consistency";

    private static final int MOST_LEVELS = 1_000;

    public ConsistencyConfig {
        if (levels != 0 && (levels < 2 || levels > MOST_LEVELS)) {
            throw new IllegalArgumentException("levels must lie between 2 and " + MOST_LEVELS
                    + ", or be 0 for a model that is not distilled, not " + levels);
        }
    }

    /** Returns the configuration of models that are not distilled. */
    public static ConsistencyConfig none() {
        return new ConsistencyConfig(0);
    }

    /** Returns whether the model is distilled. */
    public boolean distils() {
        return levels > 0;
    }
}
