// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.video.Clip;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A data set of clips of one size: some to train on, of any length, and others held out for validation, of one. Safe to
 * read from several threads.
 */
public interface ClipDataset {

    /**
     * Returns a random clip of the training part that is as long as the held-out ones; all of its randomness comes from
     * {@code random}.
     */
    Clip training(RandomGenerator random);

    /**
     * Returns a random clip of {@code frames} frames of the training part, for as many as held-out clips have the same
     * as the other method.
     *
     * @param frames from 1 to {@link #longest}
     */
    Clip training(RandomGenerator random, int frames);

    /** Returns whether there is no end of clips to train on, so that none of them comes again. */
    default boolean isEndless() {
        return false;
    }

    /** Returns how many frames the longest clip of the training part can have. */
    default int longest() {
        return Integer.MAX_VALUE;
    }

    /**
     * Returns a clip of the held-out part, the same in every run.
     *
     * @param index 0 or more; numbers past the last clip begin again at the first
     */
    Clip heldOut(int index);

    /**
     * A stretch of a video that is held out.
     *
     * @param video name of the video within the data
     * @param fromSecond where it begins, in seconds
     * @param toSecond where it ends
     */
    record HeldOutPart(String video, double fromSecond, double toSecond) {}

    /**
     * Returns the stretches of video that held-out clips lie in and no training clip does; none where clips are not cut
     * out of videos.
     */
    default List<HeldOutPart> heldOutParts() {
        return List.of();
    }

    /** Returns how many different held-out clips there are, after which {@link #heldOut} begins again. */
    default int heldOutClips() {
        return Integer.MAX_VALUE;
    }

    /** Returns a hexadecimal SHA-256 of what identifies the data, the same wherever the data lies. */
    String fingerprint();

    /** Describes the data in one to three sentences: how much there is, what is held out, what was skipped and why. */
    String description();

    /** Returns the frames per second of the clips. */
    double framesPerSecond();

    /** Returns the names of the classes, which {@link Clip.Tags#label} indexes; empty if clips carry no label. */
    default List<String> classes() {
        return List.of();
    }

    /** Returns the names of the actions, which {@link Clip.Tags#actions} index; empty if clips carry none. */
    default List<String> actions() {
        return List.of();
    }

    /**
     * Returns this data for a model that is to follow certain actions: clips number them as {@code known} does. Data
     * whose actions were found in files need not have them all; other data has its own actions whatever is known.
     *
     * @param known names of actions; empty for those that are found in the part to train on
     * @throws io.lightcone.UserException if a file has another action; it names the place
     */
    default ClipDataset withActions(List<String> known) {
        return this;
    }
}
