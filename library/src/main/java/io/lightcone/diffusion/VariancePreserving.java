// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.function.DoubleUnaryOperator;

/**
 * Noise schedules that keep the variance of frames of unit variance: {@code alpha^2 + sigma^2 = 1}. Each is given by
 * its curve {@code abar(s) = alpha(s)^2}, which falls from 1 at level 0.
 *
 * <p>The two schedules that are published as tables of T = 1,000 betas have {@code abar = prod (1 - beta)} at the
 * levels {@code (t + 1) / T}, and in between what a steady decay from entry to entry gives.
 */
final class VariancePreserving implements NoiseSchedule {
    private static final int STEPS = 1_000;
    private static final double COSINE_OFFSET = 0.008;
    private static final double SIGMOID_REACH = 3;

    private final DoubleUnaryOperator signal;

    private VariancePreserving(DoubleUnaryOperator signal) {
        this.signal = signal;
    }

    /**
     * Returns the cosine schedule {@code abar = f(s) / f(0), f(s) = cos^2(pi/2 (s + 0.008) / 1.008)} (arXiv 2102.09672,
     * equation 17). No signal is left at level 1.
     */
    static VariancePreserving cosine() {
        return new VariancePreserving(s -> cosineSquared(s) / cosineSquared(0));
    }

    private static double cosineSquared(double level) {
        double cosine = Math.cos(Math.PI / 2 * (level + COSINE_OFFSET) / (1 + COSINE_OFFSET));
        return cosine * cosine;
    }

    /**
     * Returns the sigmoid schedule, a logistic curve between -3 and 3 (arXiv 2212.11972, with its defaults), which
     * Diffusion Forcing uses for video. No signal is left at level 1.
     */
    static VariancePreserving sigmoid() {
        double first = logistic(-SIGMOID_REACH);
        double last = logistic(SIGMOID_REACH);
        return new VariancePreserving(s -> (last - logistic(SIGMOID_REACH * (2 * s - 1))) / (last - first));
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /**
     * Returns the linear schedule, whose betas rise in a straight line from {@code first} to {@code last} (DDPM, arXiv
     * 2006.11239).
     */
    static VariancePreserving linear(double first, double last) {
        return ofBetas(share -> first + (last - first) * share);
    }

    /**
     * Returns the schedule whose betas have roots that rise in a straight line: "scaled linear" in latent diffusion
     * (arXiv 2112.10752), where it is also called linear, and AR-Diffusion's schedule.
     */
    static VariancePreserving sqrtLinear(double first, double last) {
        return ofBetas(share -> {
            double root = Math.sqrt(first) + (Math.sqrt(last) - Math.sqrt(first)) * share;
            return root * root;
        });
    }

    private static VariancePreserving ofBetas(DoubleUnaryOperator beta) {
        double[] logSignal = new double[STEPS + 1];
        for (int t = 0; t < STEPS; t++) {
            logSignal[t + 1] = logSignal[t] + Math.log1p(-beta.applyAsDouble(t / (STEPS - 1.0)));
        }
        return new VariancePreserving(level -> {
            int below = (int) Math.min(STEPS - 1, Math.floor(level * STEPS));
            double share = level * STEPS - below;
            return Math.exp((1 - share) * logSignal[below] + share * logSignal[below + 1]);
        });
    }

    /**
     * Returns this schedule with the root of the signal-to-noise ratio divided by {@code shift}. Simple diffusion's
     * shifted cosine (arXiv 2301.11093) multiplies it, so its 0.125 is 8 here.
     */
    VariancePreserving shifted(double shift) {
        return new VariancePreserving(s -> {
            double abar = signal.applyAsDouble(s);
            return abar / (abar + shift * shift * (1 - abar));
        });
    }

    /**
     * Returns this schedule stretched until no signal is left at level 1, so that training and generation start from
     * the same noise: {@code alpha' = (alpha - alpha(1)) alpha(1/T) / (alpha(1/T) - alpha(1))} (arXiv 2305.08891,
     * algorithm 1), which leaves the first time step as it is; below it, alpha' continues to 1 in a straight line.
     */
    VariancePreserving withZeroTerminalSnr() {
        double first = 1.0 / STEPS;
        double last = alpha(1);
        double scale = alpha(first) / (alpha(first) - last);
        return new VariancePreserving(s -> {
            double alpha = s < first ? 1 - (1 - alpha(first)) * s / first : (alpha(s) - last) * scale;
            return alpha * alpha;
        });
    }

    @Override
    public double alpha(double level) {
        return Math.sqrt(signal.applyAsDouble(level));
    }

    @Override
    public double sigma(double level) {
        return Math.sqrt(1 - signal.applyAsDouble(level));
    }
}
