// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.function.DoubleSupplier;

/**
 * The distribution of AR-Diffusion's frame-oriented probability propagation, FoPP (arXiv 2503.07418, section 3.3). An
 * anchor frame f and its time step are drawn uniformly; then the frames before it, one by one backwards, and those
 * after it, forwards, each time with all remaining sequences equally likely. So every frame meets every level often,
 * which drawing whole sequences uniformly ({@link UniformMonotoneDistribution}) does not give. The joint distribution
 * is
 *
 * <pre>
 * P(t_0 .. t_{F-1}) = 1 / (F T)  sum over f of 1 / (d_e(t_f, f) d_s(t_f, f))
 * </pre>
 *
 * with the counts of {@link MonotoneCounts}.
 */
final class FoppDistribution implements MonotoneDistribution {
    private final MonotoneCounts counts;
    private final int frames;
    private final int timesteps;

    /**
     * Creates the distribution for clips of {@code frames} frames, with time steps 0 to {@code timesteps - 1}. Costs
     * O(F + T).
     */
    public FoppDistribution(int frames, int timesteps) {
        this.counts = new MonotoneCounts(frames, timesteps);
        this.frames = frames;
        this.timesteps = timesteps;
    }

    /** {@inheritDoc} Costs O(F log T). */
    @Override
    public int[] draw(DoubleSupplier uniform) {
        int[] timestep = new int[frames];
        int anchor = (int) (uniform.getAsDouble() * frames);
        timestep[anchor] = (int) (uniform.getAsDouble() * timesteps);
        for (int f = anchor - 1; f >= 0; f--) {
            timestep[f] = counts.drawBefore(f, timestep[f + 1], uniform.getAsDouble());
        }
        for (int f = anchor + 1; f < frames; f++) {
            timestep[f] = counts.drawAfter(f, timestep[f - 1], uniform.getAsDouble());
        }
        return timestep;
    }

    @Override
    public double logProbability(int... timestep) {
        if (!counts.allow(timestep)) {
            return Double.NEGATIVE_INFINITY;
        }
        double[] log = new double[frames];
        double largest = Double.NEGATIVE_INFINITY;
        for (int f = 0; f < frames; f++) {
            log[f] = -counts.logBeginnings(timestep[f], f) - counts.logEnds(timestep[f], f);
            largest = Math.max(largest, log[f]);
        }
        double sum = 0;
        for (double term : log) {
            sum += Math.exp(term - largest);
        }
        return largest + Math.log(sum) - Math.log(frames) - Math.log(timesteps);
    }

    /**
     * {@inheritDoc} It is the mean over anchors of what each gives: the frame's own, anchors after it, and anchors
     * before it, which mirror those.
     */
    @Override
    public double[][] marginals() {
        double[][] byLater = byLaterAnchors();
        double[][] marginals = new double[frames][timesteps];
        for (int f = 0; f < frames; f++) {
            for (int t = 0; t < timesteps; t++) {
                double byEarlier = byLater[frames - 1 - f][timesteps - 1 - t];
                marginals[f][t] = (byLater[f][t] + 1.0 / timesteps + byEarlier) / frames;
            }
        }
        return marginals;
    }

    /**
     * Computes the sum over anchors after frame f of the probability that t_f = t: [F, T]. The conditional {@code p(t_f
     * = j | t_{f+1} = m) ~ C(j + f, f)} is a walk down from m that stops at j with probability {@code C(j + f, f) / C(j
     * + f + 1, f + 1) = (f + 1) / (j + f + 1)}, wherever it came from; so one walk from the top takes all m along, with
     * ratios below 1 that cannot overflow.
     */
    private double[][] byLaterAnchors() {
        double[][] byLater = new double[frames][timesteps];
        for (int f = frames - 2; f >= 0; f--) {
            double walking = 0;
            for (int t = timesteps - 1; t >= 0; t--) {
                walking += byLater[f + 1][t] + 1.0 / timesteps;
                byLater[f][t] = walking * (f + 1) / (t + f + 1);
                walking *= (double) t / (t + f + 1);
            }
        }
        return byLater;
    }
}
