// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.tensor.ProfileListener;
import java.nio.file.Path;
import java.util.Map;

/**
 * Receives notifications about the progress of a training; each method may be left out, and all calls come from the
 * training thread.
 */
public interface TrainingListener extends ProfileListener {
    /** Receives a sentence for people: what is read and what of it is skipped, how much data there is, what to mind. */
    @Override
    default void message(String text) {}

    /** Called when everything is ready for the first step. */
    default void started(Start start) {}

    /** Called after every step. */
    default void step(Progress progress) {}

    /** Called after a validation. */
    default void validated(long step, Map<String, Double> losses) {}

    /** Called after a checkpoint is in its place. */
    default void saved(long step) {}

    /**
     * Called after held-out clips were continued.
     *
     * @param file a picture of some of them
     * @param psnr of the continuations, in dB
     * @param repeatLast of repeating the last given frame, in dB
     */
    default void sampled(long step, Path file, double psnr, double repeatLast) {}

    /**
     * Describes the run that is about to be trained.
     *
     * @param folder of the run
     * @param preset that its configuration began with
     * @param parameters numbers in the model's weights
     * @param step steps done before
     * @param resumed whether it resumes from a checkpoint
     */
    record Start(Path folder, String preset, long parameters, long step, boolean resumed) {}

    /**
     * Describes how far the training is.
     *
     * @param step steps done
     * @param loss mean over the steps since the last line of metrics
     * @param clipsPerSecond over the same steps
     * @param done share of the run, 0 to 1
     * @param secondsLeft at this rate
     */
    record Progress(long step, double loss, double clipsPerSecond, double done, double secondsLeft) {}
}
