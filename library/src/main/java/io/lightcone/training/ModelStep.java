// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Workers;
import org.bytedeco.pytorch.Device;

/**
 * Trains a model on one batch at a time: this is what a {@link TrainingRun} needs of a kind of training, which it
 * feeds, validates, saves and resumes. {@link Trainer} is the kind that learns to denoise.
 */
public interface ModelStep extends TrainingStep {
    /** Creates the steps of one kind of training, for a new run or from a checkpoint. */
    interface Kind {
        /**
         * Returns the name of this kind, such as {@code denoising}, which checkpoints record: no other kind resumes
         * them.
         */
        String name();

        /**
         * Returns the checkpoint of a trained run that fresh steps begin with, as its path, which checkpoints record;
         * empty for none.
         */
        default String origin() {
            return "";
        }

        /**
         * Returns a step with fresh weights, drawn from the seed of {@code config}.
         *
         * @param codec of the run, which the step then owns
         * @param workers threads for it to compute with, which it then owns
         * @throws UserException if the machine has no room for it
         */
        ModelStep fresh(RunConfig config, Codec codec, Device device, Workers workers);

        /**
         * Returns a step that is restored from a checkpoint of this kind. Tensors of {@code checkpoint} are copied.
         *
         * @param codec of the run, which the step then owns
         * @param workers threads for it to compute with, which it then owns
         * @throws UserException if the checkpoint belongs to another model
         */
        ModelStep resumed(RunConfig config, Codec codec, Device device, Workers workers, Checkpoint checkpoint);
    }

    /** Returns the moving average of the weights, which validation and generation use; it stays this object's. */
    VideoModel average();

    /** Returns the codec of the clips, which stays this object's. */
    Codec codec();
}
