// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.codec.LatentLayout;
import io.lightcone.model.ModelCost;
import io.lightcone.model.ModelCost.TrainingMemory;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingConfig.Precision;

/**
 * The counted costs of a configuration's model on one clip, beside those of its dense twin.
 *
 * @param config of the model and its training
 * @param size of the clip
 * @param linearBytes bytes of a weight of the large products
 * @param model costs of the model
 * @param dense costs of the same model with dense attention
 */
public record CostReport(RunConfig config, Size size, int linearBytes, ModelCost model, ModelCost dense) {
    private static final int BFLOAT16 = 2;

    /** The size of a clip in pictures and pixels. */
    public record Size(int frames, int height, int width) {}

    /** Counts what {@code config}'s model costs on a clip of {@code size}, without making the model. */
    public static CostReport of(RunConfig config, Size size) {
        // What AUTO becomes depends on the machine; counts should not.
        int bytes = config.training().linear() == Precision.BFLOAT16 ? BFLOAT16 : ModelCost.FLOAT32;
        LatentLayout latents = config.latents();
        int frames = latents.frames(size.frames());
        int height = latents.side(size.height());
        int width = latents.side(size.width());
        ModelCost model = ModelCost.of(config.model(), frames, height, width, bytes);
        ModelCost dense = ModelCost.of(config.model().dense(), frames, height, width, bytes);
        return new CostReport(config, size, bytes, model, dense);
    }

    int batch() {
        return config.training().batch();
    }

    int draws() {
        return config.model().separable() ? config.training().separable().draws() : 1;
    }

    /** The memory that a training step of one of the models needs. */
    TrainingMemory training(ModelCost cost) {
        return cost.training(batch(), draws());
    }

    boolean isDense() {
        return config.model().equals(config.model().dense());
    }
}
