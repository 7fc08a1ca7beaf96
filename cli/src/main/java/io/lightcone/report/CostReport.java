// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.codec.LatentLayout;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.ElementBytes;
import io.lightcone.model.ModelCost;
import io.lightcone.model.TrainingMemory;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;

/**
 * The counted costs of a configuration's model on one clip, beside those of its dense twin.
 *
 * @param config configuration of the model and its training
 * @param size size of the clip
 * @param workers that share a training step
 * @param linearBytes bytes of a weight of the large products
 * @param model costs of the model
 * @param dense costs of the same model with dense attention
 * @param training memory of a training step of the model, on clips of the longest of {@code training.lengths} where
 *     there are any and no other size was asked for
 * @param denseTraining memory of a training step of the dense twin
 */
public record CostReport(
        RunConfig config,
        Size size,
        int workers,
        int linearBytes,
        ModelCost model,
        ModelCost dense,
        TrainingMemory training,
        TrainingMemory denseTraining) {

    /** The size of a clip in pictures and pixels. */
    public record Size(int frames, int height, int width) {}

    /**
     * Counts what {@code config}'s model costs on a clip of {@code size}, without making the model.
     *
     * @param workers that share a training step
     */
    public static CostReport of(RunConfig config, Size size, int workers) {
        // What AUTO becomes depends on the machine; counts should not.
        ElementBytes bytes = Models.bytes(config);
        LatentLayout latents = config.latents();
        int frames = latents.frames(size.frames());
        int height = latents.side(size.height());
        int width = latents.side(size.width());
        ModelCost model = ModelCost.of(config.model(), frames, height, width, bytes);
        ModelCost dense = ModelCost.of(config.model().dense(), frames, height, width, bytes);
        int longest = latents.frames(trained(config, size));
        ContextWindow window = config.windowOf(longest);
        TrainingMemory.Step step = Models.step(config, workers);
        return new CostReport(
                config,
                size,
                workers,
                bytes.linear(),
                model,
                dense,
                ModelCost.of(config.model().within(window), longest, height, width, bytes)
                        .training(step),
                ModelCost.of(config.model().dense().within(window), longest, height, width, bytes)
                        .training(step));
    }

    private static int trained(RunConfig config, Size size) {
        return size.frames() == config.training().frames() ? config.training().longest() : size.frames();
    }

    /** Returns the frames of the clips of the training step whose memory is counted. */
    int trainedFrames() {
        return trained(config, size);
    }

    /** Returns the number of clips in a training step. */
    int batch() {
        return config.training().batch();
    }

    /** Returns how often training draws noise for each encoded frame; 1 without an encoder. */
    int draws() {
        return config.draws();
    }

    /** Returns whether the model is its own dense twin. */
    boolean isDense() {
        return config.model().equals(config.model().dense());
    }
}
