// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

/** Probabilities and quantiles of the standard normal distribution. */
final class Gaussian {
    /** The number from which on the continued fraction is more exact than the series. */
    private static final double TAIL = 3;

    private static final int DEPTH = 120;

    private Gaussian() {}

    /**
     * Returns the probability of a number between {@code from} and {@code to}, either of which may be infinite; exact
     * to about 1e-15.
     */
    static double between(double from, double to) {
        if (from >= 0) {
            return above(from) - above(to);
        }
        return to <= 0 ? above(-to) - above(-from) : 1 - above(-from) - above(to);
    }

    /** Returns the probability of a number above {@code x >= 0}. */
    private static double above(double x) {
        double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
        if (density == 0) {
            return 0;
        }
        return x < TAIL ? 0.5 - density * series(x) : density / fraction(x);
    }

    /** Computes {@code x + x^3/3 + x^5/(3 5) + x^7/(3 5 7) + ...} (Marsaglia 2004). */
    private static double series(double x) {
        double sum = 0;
        double term = x;
        for (int odd = 3; sum + term != sum; odd += 2) {
            sum += term;
            term *= x * x / odd;
        }
        return sum;
    }

    /** Computes {@code x + 1/(x + 2/(x + 3/(x + ...)))}, one over Mills' ratio (Laplace 1805). */
    private static double fraction(double x) {
        double value = x;
        for (int k = DEPTH; k >= 1; k--) {
            value = x + k / value;
        }
        return value;
    }

    /** Returns the number below which a standard normal variable lies with probability {@code share}, in (0, 1). */
    static double quantile(double share) {
        double low = -40;
        double high = 40;
        for (int halving = 0; halving < 100; halving++) {
            double middle = (low + high) / 2;
            if (between(Double.NEGATIVE_INFINITY, middle) < share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
