// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.diffusion.Stepper.Update;
import org.bytedeco.pytorch.Tensor;

/**
 * A view of noisy frames as points on straight lines from frame to noise, whatever the schedule:
 *
 * <pre>
 * y = x / (alpha + sigma) = (1 - r) x0 + r epsilon,    r = sigma / (alpha + sigma),    dy/dr = epsilon - x0
 * </pre>
 *
 * For flow matching y is x and r its sigma. Solvers work on y and r, so they are the same for every schedule.
 */
record StraightPath(Update update) {
    private double scale(double level) {
        return update.schedule().alpha(level) + update.schedule().sigma(level);
    }

    private double noise(double level) {
        return update.schedule().sigma(level) / scale(level);
    }

    /** Returns the velocity on the line. */
    static Tensor velocity(Estimate estimate) {
        return estimate.epsilon().sub(estimate.x0());
    }

    /** Moves the frames along {@code velocity} from their levels to the next ones. */
    Tensor follow(Tensor velocity_BTCHW) {
        double[] from = update.from();
        double[] to = update.to();
        Tensor y = update.perFrame(t -> scale(to[t]) / scale(from[t])).mul(update.x());
        return y.add(update.perFrame(t -> scale(to[t]) * (noise(to[t]) - noise(from[t])))
                .mul(velocity_BTCHW));
    }
}
