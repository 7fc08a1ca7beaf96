// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.diffusion.IndependentLevels.Distribution;
import java.util.function.Supplier;

/**
 * How a model is trained.
 *
 * @param seed of all randomness of the run
 * @param frames frames of a training clip
 * @param batch clips per step
 * @param steps steps in all
 * @param minutes wall-clock budget; 0 for none. With a budget, whichever of steps and minutes is used up first ends the run,
 *     and the learning rate follows it, so the run is no longer the same bit for bit
 * @param levels distribution of the noise level of each frame
 * @param levelMean mean of the logit of a level, for LOGIT_NORMAL: above 0 favours noisy frames
 * @param learningRate highest learning rate
 * @param warmup steps over which the learning rate rises from zero
 * @param decay how the learning rate goes on from there
 * @param beta1 AdamW's memory of gradients
 * @param beta2 AdamW's memory of their squares
 * @param weightDecay of matrices
 * @param clip largest norm of all gradients together
 * @param ema decay of the moving average of the weights, once warm
 * @param linear type of the large matrix products
 * @param logEvery steps between lines of metrics
 * @param validateEvery steps between validations on held-out clips
 * @param validationClips held-out clips per validation
 * @param sampleEvery steps between sample clips
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints newest checkpoints to keep
 */
public record TrainingConfig(
        long seed,
        int frames,
        int batch,
        long steps,
        double minutes,
        Distribution levels,
        double levelMean,
        double learningRate,
        long warmup,
        Decay decay,
        double beta1,
        double beta2,
        double weightDecay,
        double clip,
        double ema,
        Precision linear,
        long logEvery,
        long validateEvery,
        int validationClips,
        long sampleEvery,
        long checkpointEvery,
        int keepCheckpoints) {

    /** How the learning rate goes on after the warm-up. */
    public enum Decay {
        CONSTANT,
        /** Half a cosine, down to zero at the end of the run. */
        COSINE
    }

    /** Type of the large matrix products; everything else is float32. */
    public enum Precision {
        FLOAT32,
        BFLOAT16,
        /** bfloat16 where this machine is much faster with it; the run's configuration then says which. */
        AUTO
    }

    public TrainingConfig {
        require(frames >= 1 && batch >= 1 && steps >= 1, "frames, batch and steps must be at least 1");
        require(minutes >= 0, "minutes must not be negative, but is " + minutes);
        require(learningRate > 0 && clip > 0, "learningRate and clip must be above 0");
        require(warmup >= 0 && weightDecay >= 0, "warmup and weightDecay must not be negative");
        require(unit(beta1) && unit(beta2) && unit(ema), "beta1, beta2 and ema must lie in [0, 1)");
        require(
                logEvery >= 1 && validateEvery >= 1 && sampleEvery >= 1 && checkpointEvery >= 1,
                "logEvery, validateEvery, sampleEvery and checkpointEvery must be at least 1");
        require(validationClips >= 1 && keepCheckpoints >= 1, "validationClips and keepCheckpoints must be at least 1");
    }

    private static boolean unit(double value) {
        return value >= 0 && value < 1;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The same with AUTO replaced by what {@code probe} finds best here. */
    public TrainingConfig resolved(Supplier<Precision> probe) {
        return linear == Precision.AUTO ? withLinear(probe.get()) : this;
    }

    private TrainingConfig withLinear(Precision precision) {
        return new TrainingConfig(
                seed,
                frames,
                batch,
                steps,
                minutes,
                levels,
                levelMean,
                learningRate,
                warmup,
                decay,
                beta1,
                beta2,
                weightDecay,
                clip,
                ema,
                precision,
                logEvery,
                validateEvery,
                validationClips,
                sampleEvery,
                checkpointEvery,
                keepCheckpoints);
    }

    /** The learning rate of a step, given the share of the run that is done, in [0, 1]. */
    double learningRate(long step, double done) {
        double warm = warmup == 0 ? 1 : Math.min(1.0, (step + 1.0) / warmup);
        double decayed = decay == Decay.CONSTANT ? 1 : 0.5 * (1 + Math.cos(Math.PI * Math.min(1, done)));
        return learningRate * warm * decayed;
    }

    /** The moving average's decay after {@code step} steps: short at first, so that the start is soon forgotten. */
    double ema(long step) {
        return Math.min(ema, (1.0 + step) / (10.0 + step));
    }
}
