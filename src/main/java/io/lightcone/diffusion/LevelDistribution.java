// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.diffusion.LevelsConfig.Order;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * How often each frame of a clip has each level in training: as it is by the mathematics, or as counted in samples. Levels are
 * sorted into time steps 0..T-1, of which t holds the levels above {@code t / T} up to {@code (t + 1) / T}.
 *
 * @param marginals probability of each time step for each frame: [F, T]
 * @param clean probability that the frame has no noise at all: [F]; with its marginals it adds up to 1
 */
@SuppressWarnings("ArrayRecordComponent")
public record LevelDistribution(double[][] marginals, double[] clean) {
    /** Values drawn at once. */
    private static final int CHUNK = 1 << 20;

    /** The exact distribution, over {@code config.timesteps()} time steps. Costs O(F T). */
    public static LevelDistribution of(LevelsConfig config, int frames) {
        double[][] marginals = noisy(config, frames);
        double[] clean = new double[frames];
        for (int f = 0; f < frames; f++) {
            clean[f] = config.clean() * cleanShare(config, frames, f);
            for (int t = 0; t < config.timesteps(); t++) {
                marginals[f][t] *= 1 - clean[f];
            }
        }
        return new LevelDistribution(marginals, clean);
    }

    private static double[][] noisy(LevelsConfig config, int frames) {
        return switch (config.order()) {
            case FOPP -> new Fopp(frames, config.timesteps()).marginals();
            case MONOTONE -> new EvenMonotone(frames, config.timesteps()).marginals();
            case INDEPENDENT, SYNCHRONOUS -> {
                double[][] marginals = new double[frames][config.timesteps()];
                Arrays.setAll(marginals, f -> single(config));
                yield marginals;
            }
        };
    }

    /** Of one level that does not depend on its frame. */
    private static double[] single(LevelsConfig config) {
        int timesteps = config.timesteps();
        double[] probability = new double[timesteps];
        Arrays.setAll(probability, t -> switch (config.distribution()) {
            case UNIFORM -> 1.0 / timesteps;
            case LOGIT_NORMAL ->
                Gaussian.between(logit(t, timesteps) - config.mean(), logit(t + 1, timesteps) - config.mean());
        });
        return probability;
    }

    /** Of the level {@code part / whole}. */
    private static double logit(int part, int whole) {
        return Math.log((double) part / (whole - part));
    }

    /** The share of clips with clean frames in which frame f is one: n of 1..F-1 first frames are, so frame f where n > f. */
    private static double cleanShare(LevelsConfig config, int frames, int frame) {
        return switch (config.cleanFrames()) {
            case ANY -> 1;
            case FIRST -> frames == 1 ? 0 : (double) (frames - 1 - frame) / (frames - 1);
        };
    }

    /** The same counted in {@code clips} clips that {@code config.sampler()} draws. */
    public static LevelDistribution sampled(LevelsConfig config, int frames, int clips, RandomStream random) {
        LevelSampler sampler = config.sampler();
        double[][] counts = new double[frames][config.timesteps()];
        double[] clean = new double[frames];
        int most = Math.max(1, CHUNK / frames);
        for (int first = 0; first < clips; first += most) {
            int batch = Math.min(most, clips - first);
            Scopes.run(() -> {
                float[] levels = Tensors.floats(sampler.sample(batch, frames, random));
                for (int i = 0; i < levels.length; i++) {
                    if (levels[i] == 0) {
                        clean[i % frames]++;
                    } else {
                        counts[i % frames][timestep(config, levels[i])]++;
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

    /** Levels of time steps are rounded to float32, so the nearest is meant; all others belong to the one they lie in. */
    private static int timestep(LevelsConfig config, float level) {
        boolean stepped = config.order() == Order.FOPP || config.order() == Order.MONOTONE;
        double end = (double) level * config.timesteps();
        int timestep = (int) (stepped ? Math.rint(end) : Math.ceil(end)) - 1;
        return Math.max(0, Math.min(config.timesteps() - 1, timestep));
    }

    /** F. */
    public int frames() {
        return marginals.length;
    }

    /** T. */
    public int timesteps() {
        return marginals[0].length;
    }

    /** The mean time step of each frame where it has noise: [F]; NaN where it never has. */
    public double[] means() {
        double[] means = new double[frames()];
        Arrays.setAll(means, f -> mean(marginals[f], t -> t));
        return means;
    }

    /** The standard deviation of the time step of each frame where it has noise: [F]; NaN where it never has. */
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
