// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.function.DoubleSupplier;

/**
 * A distribution of the time steps of a clip's frames that never fall: {@code 0 <= t_0 <= t_1 <= ... <= t_{F-1} <=
 * T-1}, so that every frame is at least as noisy as those before it. {@link LevelsConfig} says which level a time step
 * is.
 */
interface MonotoneDistribution {
    /**
     * Draws the time steps of one clip.
     *
     * @param uniform independent numbers in [0, 1); F + 1 of them are enough
     */
    int[] draw(DoubleSupplier uniform);

    /**
     * Returns the logarithm of the probability of just these time steps; minus infinity where they fall or leave
     * 0..T-1.
     *
     * @throws IllegalArgumentException if they are not F
     */
    double logProbability(int... timesteps);

    /** Returns how likely each frame is to have each time step: [F, T]. It is exact and costs O(F T). */
    double[][] marginals();
}
