// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * DPM-Solver++(2M) (arXiv 2211.01095, algorithm 2) is of second order with one call of the network per update, since it
 * also uses the clean frame that was estimated in the step before. With {@code lambda = log(alpha / sigma)}, {@code h =
 * lambda(to) - lambda(from)} and {@code h'} that of the step before,
 *
 * <pre>
 * D = x0 + h / (2 h') (x0 - x0')
 * x(to) = sigma(to) / sigma(from) x(from) + (alpha(to) - alpha(from) sigma(to) / sigma(from)) D
 * </pre>
 *
 * The first step of a frame and its last, to level 0 where h is infinite, are of first order: {@code D = x0}.
 */
record DpmSolver() implements Stepper {
    @Override
    public int past() {
        return 1;
    }

    @Override
    public Tensor step(Update update) {
        NoiseSchedule schedule = update.schedule();
        double[] from = update.from();
        double[] to = update.to();
        Tensor x0 = update.estimate().x0();
        Tensor before = update.before().get(0).x0();
        Tensor direction = x0.add(update.perFrame(t -> extrapolation(update, t)).mul(x0.sub(before)));
        Tensor kept = update.perFrame(t -> schedule.sigma(to[t]) / schedule.sigma(from[t]));
        Tensor gained = update.perFrame(
                t -> schedule.alpha(to[t]) - schedule.alpha(from[t]) * schedule.sigma(to[t]) / schedule.sigma(from[t]));
        return kept.mul(update.x()).add(gained.mul(direction));
    }

    /** Returns {@code h / (2 h')}, or 0 where the step is of first order. */
    private static double extrapolation(Update update, int t) {
        NoiseSchedule schedule = update.schedule();
        double before = update.before().get(0).level()[t];
        if (Double.isNaN(before) || update.to()[t] == 0) {
            return 0;
        }
        double lambda = schedule.logSnr(update.from()[t]) / 2;
        double last = lambda - schedule.logSnr(before) / 2; // from noise alone it is infinite, and 0 comes out
        return (schedule.logSnr(update.to()[t]) / 2 - lambda) / (2 * last);
    }
}
