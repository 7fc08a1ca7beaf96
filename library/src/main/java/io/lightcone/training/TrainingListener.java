// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.evaluation.Reconstruction.Latents;
import io.lightcone.evaluation.Reconstruction.Score;
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
     * Called after a codec in training has encoded and decoded held-out clips.
     *
     * @param losses what the loss consists of, by name
     * @param latents how the latents in between are distributed
     * @param score how near the decoded clips come to the truth
     */
    default void reconstructed(long step, Map<String, Double> losses, Latents latents, Score score) {}

    /**
     * Called after some of the held-out clips that a codec in training has encoded and decoded were written.
     *
     * @param file a video of them, with the truth above
     */
    default void reconstructionsWritten(long step, Path file) {}

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
