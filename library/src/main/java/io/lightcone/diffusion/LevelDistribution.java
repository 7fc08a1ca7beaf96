// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Scopes;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The distribution of each frame's level in training, either exact or as counted in samples. Levels are sorted into
 * time steps 0..T-1, of which t holds the levels above {@code t / T} up to {@code (t + 1) / T}.
 *
 * @param marginals probability of each time step for each frame: [F, T]
 * @param clean probability that the frame has no noise at all: [F]; with its marginals it adds up to 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record LevelDistribution(double[][] marginals, double[] clean) {
    /** The number of values that are drawn at once. */
    private static final int CHUNK = 1 << 20;

    /**
     * Computes the exact distribution. Costs O(F T).
     *
     * @param timesteps T
     * @throws IllegalArgumentException if the levels are those of another number of time steps
     */
    public static LevelDistribution of(LevelsConfig config, int frames, int timesteps) {
        requireTimesteps(config, timesteps);
        double[][] marginals = noisy(config, frames, timesteps);
        double[] clean = new double[frames];
        for (int f = 0; f < frames; f++) {
            clean[f] = config.clean() * cleanShare(config, frames, f);
            for (int t = 0; t < timesteps; t++) {
                marginals[f][t] *= 1 - clean[f];
            }
        }
        return new LevelDistribution(marginals, clean);
    }

    private static void requireTimesteps(LevelsConfig config, int timesteps) {
        int own = config instanceof LevelsConfig.Fopp fopp
                ? fopp.timesteps()
                : config instanceof LevelsConfig.Monotone monotone ? monotone.timesteps() : timesteps;
        if (own != timesteps) {
            throw new IllegalArgumentException("levels of " + own + " time steps are not sorted into " + timesteps);
        }
    }

    private static double[][] noisy(LevelsConfig config, int frames, int timesteps) {
        if (config instanceof LevelsConfig.Fopp) {
            return sorted(config, new FoppDistribution(frames, timesteps).marginals());
        }
        if (config instanceof LevelsConfig.Monotone) {
            return sorted(config, new UniformMonotoneDistribution(frames, timesteps).marginals());
        }
        double[][] marginals = new double[frames][timesteps];
        Arrays.setAll(marginals, f -> single(config, timesteps));
        return marginals;
    }

    /** Converts drawn time steps into the evenly spaced ones that their levels lie in. */
    private static double[][] sorted(LevelsConfig config, double[][] drawn) {
        if (config.distribution() == Distribution.UNIFORM) {
            return drawn;
        }
        double[] single = single(config, drawn[0].length);
        double[][] marginals = new double[drawn.length][];
        for (int f = 0; f < drawn.length; f++) {
            marginals[f] = warped(drawn[f], single);
        }
        return marginals;
    }

    /**
     * Computes how much falls into each evenly spaced step, if steps of equal probability hold {@code drawn}, evenly
     * spread within each.
     *
     * @param single how probable each evenly spaced step is for one level
     */
    private static double[] warped(double[] drawn, double[] single) {
        double[] warped = new double[single.length];
        double share = 0;
        for (int t = 0; t < single.length; t++) {
            double next = t == single.length - 1 ? 1 : Math.min(1, share + single[t]);
            warped[t] = below(drawn, next) - below(drawn, share);
            share = next;
        }
        return warped;
    }

    /** Returns the sum of the first {@code share} of all steps, the last of them in part. */
    private static double below(double[] drawn, double share) {
        double steps = share * drawn.length;
        int whole = (int) Math.min(drawn.length, Math.floor(steps));
        double sum = Arrays.stream(drawn, 0, whole).sum();
        return whole == drawn.length ? sum : sum + (steps - whole) * drawn[whole];
    }

    /** Computes the probability of each evenly spaced step for a level that does not depend on its frame. */
    private static double[] single(LevelsConfig config, int timesteps) {
        double[] probability = new double[timesteps];
        Arrays.setAll(probability, t -> switch (config.distribution()) {
            case UNIFORM -> 1.0 / timesteps;
            case LOGIT_NORMAL ->
                Gaussian.between(logit(t, timesteps) - config.mean(), logit(t + 1, timesteps) - config.mean());
        });
        return probability;
    }

    /** Returns the logit of the level {@code part / whole}. */
    private static double logit(int part, int whole) {
        return Math.log((double) part / (whole - part));
    }

    /**
     * Returns in which share of the clips with clean frames frame f is clean: n of 1..F-1 first frames are, so frame f
     * where n > f.
     */
    private static double cleanShare(LevelsConfig config, int frames, int frame) {
        return switch (config.cleanFrames()) {
            case ANY -> 1;
            case FIRST -> frames == 1 ? 0 : (double) (frames - 1 - frame) / (frames - 1);
        };
    }

    /** Estimates the distribution by counting {@code clips} clips that {@code config.sampler()} draws. */
    public static LevelDistribution sampled(
            LevelsConfig config, int frames, int timesteps, int clips, RandomStream random) {
        requireTimesteps(config, timesteps);
        LevelSampler sampler = config.sampler();
        double[][] counts = new double[frames][timesteps];
        double[] clean = new double[frames];
        int most = Math.max(1, CHUNK / frames);
        for (int first = 0; first < clips; first += most) {
            int batch = Math.min(most, clips - first);
            Scopes.run(() -> {
                Levels levels = sampler.sample(batch, frames, random);
                for (int b = 0; b < batch; b++) {
                    for (int f = 0; f < frames; f++) {
                        if (levels.at(b, f) == 0) {
                            clean[f]++;
                        } else {
                            counts[f][timestep(config, timesteps, levels.at(b, f))]++;
                        }
                    }
                }
            });
        }
        Arrays.setAll(clean, f -> clean[f] / clips);
        for (double[] frame : counts) {
            Arrays.setAll(frame, t -> frame[t] / clips);
        }
        return new LevelDistribution(counts, clean);
    }

    /**
     * Returns the time step of a drawn level. Levels of evenly spaced time steps are rounded to float32, so the nearest
     * is meant; all others belong to the one they lie in.
     */
    private static int timestep(LevelsConfig config, int timesteps, double level) {
        boolean monotone = config instanceof LevelsConfig.Fopp || config instanceof LevelsConfig.Monotone;
        boolean stepped = monotone && config.distribution() == Distribution.UNIFORM;
        double end = level * timesteps;
        int timestep = (int) (stepped ? Math.rint(end) : Math.ceil(end)) - 1;
        return Math.max(0, Math.min(timesteps - 1, timestep));
    }

    /** Returns F, the number of frames. */
    public int frames() {
        return marginals.length;
    }

    /** Returns T, the number of time steps. */
    public int timesteps() {
        return marginals[0].length;
    }

    /** Returns the mean time step of each frame where it has noise: [F]; NaN where it never has. */
    public double[] means() {
        double[] means = new double[frames()];
        Arrays.setAll(means, f -> mean(marginals[f], t -> t));
        return means;
    }

    /**
     * Returns the standard deviation of the time step of each frame where it has noise: [F]; NaN where it never has.
     */
    public double[] deviations() {
        double[] means = means();
        double[] deviations = new double[frames()];
        Arrays.setAll(deviations, f -> Math.sqrt(mean(marginals[f], t -> (t - means[f]) * (t - means[f]))));
        return deviations;
    }

    private static double mean(double[] probability, IntToDoubleFunction value) {
        double sum = 0;
        double whole = 0;
        for (int t = 0; t < probability.length; t++) {
            sum += probability[t] * value.applyAsDouble(t);
            whole += probability[t];
        }
        return sum / whole;
    }
}
