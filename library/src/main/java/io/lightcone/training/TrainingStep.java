// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.run.Checkpoint;
import io.lightcone.run.TrainingState;
import io.lightcone.video.Clip;
import java.util.List;

/**
 * Learns from one batch at a time: this is what the loop of a {@link TrainingRun} needs of whatever is trained. {@link
 * ModelStep} is the step of a model. One thread at a time uses it, and whoever created it closes it.
 */
public interface TrainingStep extends AutoCloseable {
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

    /** Returns how many numbers the weights in training hold. */
    long parameters();

    /** Returns whether all state is of one step, so that no failure interrupted its update. */
    boolean isWhole();

    /** Returns all state, to save; the tensors stay this object's. */
    Checkpoint checkpoint(TrainingState state);

    @Override
    void close();
}
