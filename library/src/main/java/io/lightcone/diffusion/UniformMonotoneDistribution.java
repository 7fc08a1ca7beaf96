// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.function.DoubleSupplier;

/**
 * The distribution under which all C(T + F - 1, F) sequences of time steps that never fall are equally likely, a
 * baseline for {@link FoppDistribution}. Taken over all frames every time step is as frequent as any other, but each
 * frame by itself covers few of them: frame f has mean {@code (f + 1) T / (F + 1)}, nearly, and the first frame hardly
 * ever meets much noise.
 */
final class UniformMonotoneDistribution implements MonotoneDistribution {
    private final MonotoneCounts counts;
    private final int frames;
    private final int timesteps;

    /**
     * Creates the distribution for clips of {@code frames} frames, with time steps 0 to {@code timesteps - 1}. Costs
     * O(F + T).
     */
    public UniformMonotoneDistribution(int frames, int timesteps) {
        this.counts = new MonotoneCounts(frames, timesteps);
        this.frames = frames;
        this.timesteps = timesteps;
    }

    /** {@inheritDoc} They are drawn from the first frame to the last, in O(F log T). */
    @Override
    public int[] draw(DoubleSupplier uniform) {
        int[] timestep = new int[frames];
        int previous = 0;
        for (int f = 0; f < frames; f++) {
            timestep[f] = counts.drawAfter(f, previous, uniform.getAsDouble());
            previous = timestep[f];
        }
        return timestep;
    }

    @Override
    public double logProbability(int... timestep) {
        return counts.allow(timestep) ? -counts.logAll() : Double.NEGATIVE_INFINITY;
    }

    /** {@inheritDoc} By the formula {@code p(t_f = t) = d_e(t, f) d_s(t, f) / C(T + F - 1, F)}. */
    @Override
    public double[][] marginals() {
        double[][] marginals = new double[frames][timesteps];
        for (int f = 0; f < frames; f++) {
            for (int t = 0; t < timesteps; t++) {
                marginals[f][t] = Math.exp(counts.logBeginnings(t, f) + counts.logEnds(t, f) - counts.logAll());
            }
        }
        return marginals;
    }
}
