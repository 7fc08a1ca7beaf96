// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.RecordCopy;
import io.lightcone.UserFolders;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Holds the options of a training that do not change what is learned: where it computes, who listens, and when it
 * stops.
 *
 * @param device cpu, cuda, cuda:N, or auto for a GPU where there is one
 * @param workers threads that share the clips of each batch, or the draws of a clip where there are fewer clips, or 0
 *     for as many as train fastest on this machine; there is one with a GPU. Rounding depends on their number
 * @param cache folder in which decoded videos are kept, and latents of their clips
 * @param command recorded in the checkpoints as what wrote them, such as a command line
 * @param listener is notified of the progress
 * @param stop asked now and then, from several threads, whether to save and return
 * @param kind creates the training step of a model
 * @param profile number of steps of which is recorded where their time goes, in the folder profile/ of the run; 0 for
 *     none. The first three steps after the start are not among them, since they prepare the others
 */
public record RunOptions(
        String device,
        int workers,
        Path cache,
        String command,
        TrainingListener listener,
        BooleanSupplier stop,
        ModelStep.Kind kind,
        int profile) {
    public RunOptions {
        if (workers < 0) {
            throw new IllegalArgumentException("workers must be 0 or more, not " + workers);
        }
        if (profile < 0) {
            throw new IllegalArgumentException("profile must be 0 or more, not " + profile);
        }
    }

    /**
     * Returns options that train a denoising model on a GPU where there is one, without a listener, to the end of the
     * run.
     */
    public static RunOptions defaults() {
        return new RunOptions(
                "auto",
                0,
                UserFolders.cache(),
                "a Java program",
                new TrainingListener() {},
                () -> false,
                Trainer.KIND,
                0);
    }

    /** Returns a copy of these options that computes on another device. */
    public RunOptions withDevice(String otherDevice) {
        return RecordCopy.of(this).with(RunOptions::device, otherDevice).build();
    }

    /** Returns a copy of these options with another number of workers. */
    public RunOptions withWorkers(int count) {
        return RecordCopy.of(this).with(RunOptions::workers, count).build();
    }

    /** Returns a copy of these options with another folder for decoded videos. */
    public RunOptions withCache(Path folder) {
        return RecordCopy.of(this).with(RunOptions::cache, folder).build();
    }

    /** Returns a copy of these options that records another command in the checkpoints. */
    public RunOptions withCommand(String otherCommand) {
        return RecordCopy.of(this).with(RunOptions::command, otherCommand).build();
    }

    /** Returns a copy of these options with another listener. */
    public RunOptions withListener(TrainingListener other) {
        return RecordCopy.of(this).with(RunOptions::listener, other).build();
    }

    /** Returns a copy of these options for a training that also stops once {@code other} returns true. */
    public RunOptions withStop(BooleanSupplier other) {
        return RecordCopy.of(this).with(RunOptions::stop, other).build();
    }

    /** Returns a copy of these options for another kind of training of a model. */
    public RunOptions withKind(ModelStep.Kind other) {
        return RecordCopy.of(this).with(RunOptions::kind, other).build();
    }

    /** Returns a copy of these options that records where the time of so many steps goes. */
    public RunOptions withProfile(int steps) {
        return RecordCopy.of(this).with(RunOptions::profile, steps).build();
    }
}
