// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of how the weights follow the gradient: AdamW (arXiv 1711.05101), and a moving average of the
 * weights.
 *
 * @param learningRate highest learning rate, above 0
 * @param warmup steps over which the learning rate rises from zero
 * @param decay how the learning rate continues after the warm-up
 * @param beta1 AdamW's decay of the mean of gradients, below 1
 * @param beta2 AdamW's decay of the mean of their squares, below 1
 * @param weightDecay weight decay of matrices, from 0 to 1,000; other weights have none
 * @param clip largest norm of all gradients together, above 0; {@code .inf} for any
 * @param ema decay of the moving average of the weights, below 1; it is shorter at the start of a run
 */
public record OptimizerConfig(
        double learningRate,
        long warmup,
        Decay decay,
        double beta1,
        double beta2,
        double weightDecay,
        double clip,
        double ema) {

    private static final int MOST_RATE = 1_000;
    private static final int MOST_DECAY = 1_000;

    /** The schedules of the learning rate after the warm-up. */
    public enum Decay {
        /** It stays as it is. */
        CONSTANT,
        /** Half a cosine, down to zero at the end of the run. */
        COSINE
    }

    public OptimizerConfig {
        require(
                learningRate > 0 && learningRate <= MOST_RATE,
                "learningRate must lie above 0 and at most at " + MOST_RATE + ", not " + learningRate);
        require(clip > 0, "clip must be above 0, not " + clip);
        require(warmup >= 0, "warmup must not be negative, but is " + warmup);
        require(
                weightDecay >= 0 && weightDecay <= MOST_DECAY,
                "weightDecay must lie between 0 and " + MOST_DECAY + ", not " + weightDecay);
        require(unit(beta1) && unit(beta2) && unit(ema), "beta1, beta2 and ema must lie in [0, 1)");
    }

    private static boolean unit(double value) {
        return value >= 0 && value < 1;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns AdamW with its usual decays of the means, no weight decay, and gradients clipped at a norm of 1. */
    public static OptimizerConfig adamW(double learningRate, long warmup, Decay decay, double ema) {
        return new OptimizerConfig(learningRate, warmup, decay, 0.9, 0.99, 0, 1, ema);
    }

    /** Returns the learning rate of a step, given the share of the run that is done, in [0, 1]. */
    public double learningRate(long step, double done) {
        double warm = warmup == 0 ? 1 : Math.min(1.0, (step + 1.0) / warmup);
        double decayed = decay == Decay.CONSTANT ? 1 : 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
        return learningRate * warm * decayed;
    }

    /**
     * Returns the moving average's decay after {@code step} steps: short at first, so that the start is soon forgotten.
     */
    public double ema(long step) {
        return Math.min(ema, (1.0 + step) / (10.0 + step));
    }
}
