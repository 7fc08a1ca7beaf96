// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import java.nio.file.Path;
import java.util.Map;

/** Hears how training goes, of which it may leave out what it does not care for; all calls come from the training thread. */
public interface TrainingListener {
    /** Hears a sentence for people: what is read and what of it is skipped, how much data there is, what to mind. */
    default void message(String text) {}

    /** Hears that all is ready for the first step. */
    default void started(Start start) {}

    /** After every step. */
    default void step(Progress progress) {}

    /** After a validation. */
    default void validated(long step, Map<String, Double> losses) {}

    /** After a checkpoint is in its place. */
    default void saved(long step) {}

    /**
     * After held-out clips were continued.
     *
     * @param file a picture of some of them
     * @param psnr of the continuations, in dB
     * @param repeatLast of repeating the last given frame, in dB
     */
    default void sampled(long step, Path file, double psnr, double repeatLast) {}

    /**
     * The run that is about to be trained.
     *
     * @param folder of the run
     * @param preset that its configuration began with
     * @param parameters numbers in the model's weights
     * @param step steps done before
     * @param resumed whether it goes on from a checkpoint
     */
    record Start(Path folder, String preset, long parameters, long step, boolean resumed) {}

    /**
     * Where training is.
     *
     * @param step steps done
     * @param loss mean over the steps since the last line of metrics
     * @param clipsPerSecond over the same steps
     * @param done share of the run, 0 to 1
     * @param secondsLeft at this rate
     */
    record Progress(long step, double loss, double clipsPerSecond, double done, double secondsLeft) {}
}
