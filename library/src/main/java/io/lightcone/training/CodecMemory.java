// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.codec.AutoencoderMemory;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.model.TrainingMemory;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.CodecTrainingConfig;
import io.lightcone.run.MemoryAdvice;
import io.lightcone.tensor.MachineMemory;
import org.bytedeco.pytorch.Device;

/**
 * Predicts the memory of steps that train a codec on a CPU, in bytes. What the networks keep for the backward pass was
 * counted ({@link AutoencoderMemory}); what comes on top was measured: for each clip at once 20 numbers for each
 * channel of a place of the finest level, which is about what two of its blocks keep, 17 for each number of its
 * pictures, and 16 more where a discriminator judges.
 *
 * <p>Of the peak that was measured, 93 to 103 % were predicted of vae-tiny, vae-s and vae-b, with one worker and two,
 * whole and in parts, and 86 to 107 % of vae-tiny with other widths, depths, lengths and batches.
 *
 * @param weights parameters, their moving average, and two numbers each of AdamW; those of a discriminator, some
 *     hundred thousand, are left out
 * @param gradients one number a parameter, of each worker
 * @param clips what the clips take that are computed at once
 */
record CodecMemory(double weights, double gradients, double clips) {
    private static final int OF_PLACES = 20;
    private static final int OF_PICTURES = 17;
    private static final int OF_JUDGED_PICTURES = 16;
    private static final int COPIES_OF_WEIGHTS = 4;

    /** Predicts the memory of a step that so many workers share. */
    static CodecMemory of(CodecRunConfig config, int workers) {
        CodecTrainingConfig training = config.training();
        int sharing = Math.min(workers, training.batch());
        double parameters = ModelCost.FLOAT32 * (double) config.parameters();
        TrainingMemory.Step step = new TrainingMemory.Step(training.batch(), 1, sharing, training.accumulate(), false);
        return new CodecMemory(
                COPIES_OF_WEIGHTS * parameters, sharing * parameters, step.clipsAtOnce() * ofClip(config));
    }

    private static double ofClip(CodecRunConfig config) {
        CausalAutoencoderConfig autoencoder = config.autoencoder();
        int height = config.trainedHeight();
        int width = config.trainedWidth();
        int pictures = config.training().frames();
        int frames = autoencoder.layout().frames(pictures);
        boolean judged = config.training().loss().adversarial() > 0;
        double numbers = (double) pictures * height * width * autoencoder.pictureChannels();
        return ModelCost.FLOAT32
                * (AutoencoderMemory.keptNumbers(autoencoder, frames, height, width)
                        + OF_PLACES * AutoencoderMemory.finestNumbers(autoencoder, frames, height, width)
                        + (OF_PICTURES + (judged ? OF_JUDGED_PICTURES : 0)) * numbers);
    }

    double total() {
        return weights + gradients + clips;
    }

    /**
     * Requires that a training step fits into the memory of {@code device} at all, before any of it is taken.
     *
     * @param workers that share the step, each with gradients of its own
     * @throws io.lightcone.UserException if it does not
     */
    static void requireRoom(CodecRunConfig config, Device device, int workers) {
        CodecMemory step = of(config, workers);
        String what = "training steps of training.batch " + config.training().batch() + " clips of training.frames "
                + config.training().frames() + " of " + config.trainedWidth() + "x"
                + config.trainedHeight() + " pixels and of autoencoder.widths "
                + config.autoencoder().widths() + (workers > 1 ? " by " + workers + " workers" : "");
        boolean clips = step.clips > step.total() / 2;
        String smaller = "smaller autoencoder.widths" + (workers > 1 ? " or fewer workers" : "");
        MachineMemory.require(device, step.total(), what, clips ? MemoryAdvice.remedy(config, workers) : smaller);
    }
}
