// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.UserException;
import io.lightcone.codec.Codec;
import java.nio.file.Path;

/**
 * The state that training needs besides tensors to resume as if it had never stopped. Random streams and the order of
 * the data follow from the seed and the step.
 *
 * @param step optimiser steps done, at least 0
 * @param seed seed of all random streams
 * @param secondsTrained wall time of training so far, in seconds
 * @param framesPerSecond rate of the clips trained on: the configuration does not say it where videos keep their own
 *     rate
 * @param codec identity of the codec whose latents the model has learned ({@link Codec#identity})
 * @param training name of the kind of training, such as {@code denoising}
 * @param provenance where the checkpoint comes from
 */
public record TrainingState(
        long step,
        long seed,
        double secondsTrained,
        double framesPerSecond,
        String codec,
        String training,
        Provenance provenance) {
    public TrainingState {
        if (step < 0 || !(secondsTrained >= 0) || Double.isInfinite(secondsTrained)) {
            throw new IllegalArgumentException(
                    "step and secondsTrained must be 0 or more, not " + step + " and " + secondsTrained);
        }
        if (!(framesPerSecond > 0) || Double.isInfinite(framesPerSecond)) {
            throw new IllegalArgumentException("framesPerSecond must be above 0, not " + framesPerSecond);
        }
    }

    /**
     * Requires that a codec is the one whose latents the model has learned.
     *
     * @param now identity of the codec that it is now
     * @param checkpoint folder of this state's checkpoint, for the message
     * @throws UserException if it is another one, or has other weights
     */
    public void requireCodec(String now, Path checkpoint) {
        if (!codec.equals(now)) {
            throw new UserException("the model in " + checkpoint + " has learned latents of the codec '" + codec
                    + "', but the codec of the run is '" + now
                    + "' now; bring back the codec that it was trained with, or train a new run");
        }
    }

    /**
     * Requires that a kind of training is the one that has led here.
     *
     * @param now name of the kind that is to continue
     * @param checkpoint folder of this state's checkpoint, for the message
     * @throws UserException if it is another one
     */
    public void requireTraining(String now, Path checkpoint) {
        if (!training.equals(now)) {
            throw new UserException("the checkpoint " + checkpoint + " comes from training of the kind '" + training
                    + "', which training of the kind '" + now
                    + "' cannot continue; resume it by a program with the kind that it was begun with");
        }
    }
}
