// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;

/**
 * Trains a model on one batch at a time: this is what {@link TrainingRun} needs of a kind of training, which it feeds,
 * validates, saves and resumes. {@link Trainer} is the kind that learns to denoise. One thread at a time uses it, and
 * whoever created it closes it.
 */
public interface TrainingStep extends AutoCloseable {
    /** Creates the steps of one kind of training, for a new run or from a checkpoint. */
    interface Kind {
        /**
         * Returns the name of this kind, such as {@code denoising}, which checkpoints record: no other kind resumes
         * them.
         */
        String name();

        /**
         * Returns a step with fresh weights, drawn from the seed of {@code config}.
         *
         * @param workers threads for it to compute with, which it then owns
         * @throws UserException if the machine has no room for it
         */
        TrainingStep fresh(RunConfig config, Device device, Workers workers);

        /**
         * Returns a step that is restored from a checkpoint of this kind. Tensors of {@code checkpoint} are copied.
         *
         * @param workers threads for it to compute with, which it then owns
         * @throws UserException if the checkpoint belongs to another model
         */
        TrainingStep resumed(RunConfig config, Device device, Workers workers, Checkpoint checkpoint);
    }

    /**
     * Holds the loss and the gradient norm of one step.
     *
     * @param loss of the batch; of {@link Trainer} the weighted mean squared error of the prediction, over frames that
     *     have noise
     * @param gradientNorm before clipping
     */
    record Result(double loss, double gradientNorm) {}

    /**
     * Learns from one batch.
     *
     * @param step its number, from 0: with the seed it names all that is drawn
     * @param clips the batch
     * @param done share of the run that is done, 0 to 1
     * @throws DivergedException if the loss or a gradient is not finite; the weights are then as before, and no earlier
     *     checkpoint is deleted when they are saved
     */
    Result step(long step, List<Clip> clips, double learningRate, double done);

    /** Returns the moving average of the weights, which validation and generation use; it stays this object's. */
    VideoModel average();

    /** Returns the codec of the clips, which stays this object's. */
    Codec codec();

    /** Returns how many numbers the weights in training hold. */
    long parameters();

    /** Returns whether all state is of one step, so that no failure interrupted its update. */
    boolean isWhole();

    /** Returns all state, to save; the tensors stay this object's. */
    Checkpoint checkpoint(TrainingState state);

    @Override
    void close();
}
