// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.Places;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * Options of a training that are no part of what is learned: where it computes, who hears of it, and when it stops.
 *
 * @param device cpu, cuda, cuda:N, or auto for a GPU where there is one
 * @param cache folder in which decoded videos are kept
 * @param command what the checkpoints shall say they were written by, such as a command line
 * @param listener hears how it goes
 * @param stop asked now and then, from several threads, whether to save and return
 * @param kind of training
 */
public record RunOptions(
        String device,
        Path cache,
        String command,
        TrainingListener listener,
        BooleanSupplier stop,
        TrainingStep.Kind kind) {

    /** Returns options that learn to denoise, on a GPU where there is one, in silence and to the end of the run. */
    public static RunOptions defaults() {
        return new RunOptions(
                "auto", Places.cache(), "a Java program", new TrainingListener() {}, () -> false, Trainer.KIND);
    }

    /** Returns the same options on another device. */
    public RunOptions on(String otherDevice) {
        return new RunOptions(otherDevice, cache, command, listener, stop, kind);
    }

    /** Returns the same options with another folder for decoded videos. */
    public RunOptions cachingIn(Path folder) {
        return new RunOptions(device, folder, command, listener, stop, kind);
    }

    /** Returns the same options of another command. */
    public RunOptions by(String otherCommand) {
        return new RunOptions(device, cache, otherCommand, listener, stop, kind);
    }

    /** Returns the same options with another listener. */
    public RunOptions heardBy(TrainingListener other) {
        return new RunOptions(device, cache, command, other, stop, kind);
    }

    /** Returns the same options of a training that also stops once {@code other} says so. */
    public RunOptions until(BooleanSupplier other) {
        return new RunOptions(device, cache, command, listener, other, kind);
    }

    /** Returns the same options of another kind of training. */
    public RunOptions training(TrainingStep.Kind other) {
        return new RunOptions(device, cache, command, listener, stop, other);
    }
}
