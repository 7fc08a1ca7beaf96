// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.Tensors;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Draws levels that never fall over the frames of a clip.
 *
 * @param distribution distribution of the time steps of clips with so many frames
 * @param timesteps T
 * @param level level of a time step t, given {@code t + u} with u in [0, 1), one for the whole clip; it never falls as
 *     that rises
 */
record MonotoneLevels(IntFunction<MonotoneDistribution> distribution, int timesteps, DoubleUnaryOperator level)
        implements LevelSampler {
    /** The distance between two neighbouring float32 draws, which have 24 bits. */
    private static final double RESOLUTION = 1.0 / (1 << 24);

    /** Returns a sampler whose time steps follow AR-Diffusion's FoPP scheduler. */
    static MonotoneLevels fopp(int timesteps, DoubleUnaryOperator level) {
        return new MonotoneLevels(cached(frames -> new FoppDistribution(frames, timesteps)), timesteps, level);
    }

    /** Returns a sampler for which all sequences of time steps are equally likely. */
    static MonotoneLevels even(int timesteps, DoubleUnaryOperator level) {
        return new MonotoneLevels(
                cached(frames -> new UniformMonotoneDistribution(frames, timesteps)), timesteps, level);
    }

    /**
     * Returns {@code distributions} with a cache, so that each is created once for each length of a clip: its tables
     * cost more than what is drawn for one clip.
     */
    private static IntFunction<MonotoneDistribution> cached(IntFunction<MonotoneDistribution> distributions) {
        Map<Integer, MonotoneDistribution> known = new ConcurrentHashMap<>();
        return frames -> known.computeIfAbsent(frames, distributions::apply);
    }

    @Override
    public Levels sample(int batch, int frames, RandomStream random) {
        MonotoneDistribution ofClip = distribution.apply(frames);
        DoubleSupplier uniform = uniform(random, batch * (frames + 2));
        double[][] levels = new double[batch][frames];
        for (int b = 0; b < batch; b++) {
            int[] timestep = ofClip.draw(uniform);
            double within = uniform.getAsDouble();
            for (int f = 0; f < frames; f++) {
                levels[b][f] = (float) level.applyAsDouble(timestep[f] + within);
            }
        }
        return Levels.of(levels);
    }

    /**
     * Returns uniform numbers of 48 bits, two draws each: with 24 alone, rare time steps would be drawn too often or
     * never.
     */
    private static DoubleSupplier uniform(RandomStream random, int count) {
        double[] drawn = Tensors.doubles(random.uniform(2, count));
        PrimitiveIterator.OfDouble numbers = IntStream.range(0, count)
                .mapToDouble(i -> drawn[i] + RESOLUTION * drawn[count + i])
                .iterator();
        return numbers::nextDouble;
    }
}
