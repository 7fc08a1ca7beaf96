// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

/**
 * Counts the sequences {@code 0 <= t_0 <= ... <= t_{F-1} <= T-1} and draws from them. AR-Diffusion (arXiv 2503.07418)
 * keeps two tables of counts; they are binomial coefficients, so here none is needed:
 *
 * <pre>
 * d_e(t, f) = C(t + f, f)                  beginnings t_0 .. t_f that end with t_f = t
 * d_s(t, f) = C(T-1-t + F-1-f, F-1-f)      ends t_f .. t_{F-1} that begin with t_f = t
 * </pre>
 *
 * <p>Counts are logarithms: over 16 frames and 1,000 time steps there are 5e34 sequences, over 310 frames more than a
 * double holds.
 */
final class MonotoneCounts {
    private final int frames;
    private final int timesteps;
    private final double[] logFactorial;

    MonotoneCounts(int frames, int timesteps) {
        if (frames < 1 || timesteps < 1) {
            throw new IllegalArgumentException("there must be at least 1 frame and 1 time step, not " + frames
                    + " frames and " + timesteps + " time steps");
        }
        this.frames = frames;
        this.timesteps = timesteps;
        this.logFactorial = logFactorials(Math.addExact(frames, timesteps));
    }

    /**
     * Returns {@code log 0!} to {@code log count!} by compensated summation (Kahan 1965): each is as exact as a double
     * can be, however many there are.
     */
    private static double[] logFactorials(int count) {
        double[] logFactorial = new double[count];
        double lost = 0;
        for (int n = 1; n < count; n++) {
            double term = Math.log(n) - lost;
            logFactorial[n] = logFactorial[n - 1] + term;
            lost = (logFactorial[n] - logFactorial[n - 1]) - term;
        }
        return logFactorial;
    }

    /** Returns {@code log d_e(t, f)}, which counts the beginnings that end in t at frame f. */
    double logBeginnings(int timestep, int frame) {
        return logBinomial(timestep, frame);
    }

    /** Returns {@code log d_s(t, f)}, which counts the ends that begin with t at frame f. */
    double logEnds(int timestep, int frame) {
        return logBinomial(timesteps - 1 - timestep, frames - 1 - frame);
    }

    /** Returns the logarithm of the number of all sequences: {@code log C(T + F - 1, F)}. */
    double logAll() {
        return logBinomial(timesteps - 1, frames);
    }

    /** Returns {@code log C(a + b, b)}. */
    private double logBinomial(int a, int b) {
        return logFactorial[a + b] - logFactorial[a] - logFactorial[b];
    }

    /**
     * Returns whether these time steps never fall and stay in range.
     *
     * @throws IllegalArgumentException if they are not as many as the frames
     */
    boolean allow(int... timestep) {
        if (timestep.length != frames) {
            throw new IllegalArgumentException(
                    "there must be a time step for each of " + frames + " frames, not " + timestep.length);
        }
        int least = 0;
        for (int t : timestep) {
            if (t < least || t >= timesteps) {
                return false;
            }
            least = t;
        }
        return true;
    }

    /**
     * Draws t_f given {@code t_{f+1} = next}, all beginnings equally likely: {@code p(t_f = j) ~ d_e(j, f), j <= next}.
     * By the hockey-stick identity its distribution function is
     *
     * <pre>
     * p(t_f &lt;= j) = C(j + f + 1, f + 1) / C(next + f + 1, f + 1)
     * </pre>
     *
     * so the first j at which it exceeds {@code uniform} is found by halving.
     */
    int drawBefore(int frame, int next, double uniform) {
        double logUniform = Math.log(uniform);
        double logWhole = logBinomial(next, frame + 1);
        int low = 0;
        int high = next; // it exceeds every uniform number here, where it is 1
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (logBinomial(middle, frame + 1) - logWhole > logUniform) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * Draws t_f given {@code t_{f-1} = previous}, all ends equally likely, by {@link #drawBefore} with both axes
     * reversed.
     */
    int drawAfter(int frame, int previous, double uniform) {
        return timesteps - 1 - drawBefore(frames - 1 - frame, timesteps - 1 - previous, uniform);
    }
}
