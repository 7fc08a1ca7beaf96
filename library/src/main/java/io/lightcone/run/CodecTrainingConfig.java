// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of how a codec is trained.
 *
 * @param seed seed of all randomness of the run
 * @param frames pictures of a training clip, from 1 to 10,000, which must fill their latent frames: one picture and
 *     then a multiple of {@code autoencoder.time}
 * @param crop side in pixels of a square that is cut out of each training clip at a random place, the same in all of
 *     its pictures: a multiple of {@code autoencoder.space}; 0 for whole pictures. Convolutions are the same
 *     everywhere, so what is learned of parts of large pictures goes for these, in a fraction of the time and memory of
 *     a step. Validation sees whole pictures
 * @param batch clips per step, from 1 to 1,000,000
 * @param accumulate parts, at most as many as there are clips, in which a step computes its clips, one after the other.
 *     Their gradients are summed before the one update, so that the same is learned, but for rounding, in less memory
 * @param steps steps in all
 * @param minutes wall-clock budget in minutes; 0 for none. With a budget, whichever of steps and minutes is used up
 *     first ends the run, and the learning rate follows it, so the run is no longer the same bit for bit
 * @param loss what the codec is to get right
 * @param optimizer how the weights follow the gradient
 * @param reports how often the run reports and saves what
 */
public record CodecTrainingConfig(
        long seed,
        int frames,
        int crop,
        int batch,
        int accumulate,
        long steps,
        double minutes,
        ReconstructionConfig loss,
        OptimizerConfig optimizer,
        ReportConfig reports)
        implements LoopConfig {
    public CodecTrainingConfig {
        LoopChecks.require(frames, batch, accumulate, steps, minutes);
    }
}
