// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.video.Clip;
import java.util.List;
import java.util.random.RandomGenerator;

/** Clips of one length and size to train on, and others kept apart to judge with. Safe to read from several threads. */
public interface ClipDataset {

    /** A random clip of the training part; all of its randomness comes from {@code random}. */
    Clip training(RandomGenerator random);

    /**
     * A clip of the part kept apart, the same in every run.
     *
     * @param index 0 or more; numbers past the last clip begin again at the first
     */
    Clip heldOut(int index);

    /** A hexadecimal SHA-256 of what identifies the data, the same wherever the data lies. */
    String fingerprint();

    /** One to three sentences for people: how much there is, what is held out, what was skipped and why. */
    String description();

    /** Frames per second of the clips. */
    double framesPerSecond();

    /** The names of the classes that {@link Clip.Tags#label} counts through; empty if clips carry no label. */
    default List<String> classes() {
        return List.of();
    }

    /** The names of the actions that {@link Clip.Tags#actions} count through; empty if clips carry none. */
    default List<String> actions() {
        return List.of();
    }
}
