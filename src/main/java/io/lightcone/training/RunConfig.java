// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.training.TrainingConfig.Precision;
import io.lightcone.video.DataConfig;
import java.util.function.Supplier;

/**
 * Everything that decides what a run does; saved with it as {@code config.yaml}.
 *
 * @param preset name of the preset it started from
 */
public record RunConfig(
        String preset,
        ModelConfig model,
        DataConfig data,
        DiffusionConfig diffusion,
        TrainingConfig training,
        SamplingConfig sampling) {
    public RunConfig {
        require(
                model.channels() == data.channels(),
                "model.channels is " + model.channels() + " but data.channels is " + data.channels()
                        + "; set both to the same");
        require(
                data.height() % model.patch() == 0 && data.width() % model.patch() == 0,
                "frames of " + data.width() + "x" + data.height() + " pixels cannot be cut into patches of "
                        + model.patch() + "x" + model.patch() + "; set data.width and data.height to multiples of "
                        + model.patch() + ", or set another model.patch");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** The same run of another model. */
    public RunConfig with(ModelConfig other) {
        return new RunConfig(preset, other, data, diffusion, training, sampling);
    }

    /**
     * As a run uses and saves it: with whole paths to the data, and AUTO replaced by what {@code probe} finds best here.
     *
     * @throws io.lightcone.UserException if a place of the data is no path on this system
     */
    public RunConfig resolved(Supplier<Precision> probe) {
        return new RunConfig(preset, model, data.absolute(), diffusion, training.resolved(probe), sampling);
    }
}
