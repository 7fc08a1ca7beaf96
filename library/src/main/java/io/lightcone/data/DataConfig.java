// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.UserException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** The data that a run watches: one record for each kind of data set, with the keys of that kind alone. */
public sealed interface DataConfig permits VideosConfig, MovingDigitsConfig, WorldConfig {
    /** Returns the rows of a frame, in pixels. */
    int height();

    /** Returns the columns of a frame, in pixels. */
    int width();

    /** Returns 1 for grey and 3 for colour. */
    int channels();

    /** Returns the share of the data that is kept from training, to validate on. */
    double heldOut();

    /** Returns whether clips say their class. */
    boolean labels();

    /** Returns the frames per second that videos are resampled to; 0 if each keeps every frame and its own rate. */
    double fps();

    /** Returns the files and folders that are read, by their keys, such as {@code data.source}. */
    Map<String, Path> places();

    /**
     * Returns the same with whole paths, read from the present working directory, so that a run can be resumed from
     * any other. Links are followed as the system does, so what is above a link's place is never taken for what is
     * above its target.
     *
     * @throws UserException if one of them is no path on this system
     */
    DataConfig absolute();

    /** Returns whether nothing differs but where the data lies: only its fingerprint tells whether it is the same. */
    boolean equalsButForPlaces(DataConfig other);

    /**
     * Opens the data set.
     *
     * @param frames frames of a clip
     * @param cache where decoded videos are kept
     * @param messages hears what is being read and what is skipped
     * @param check called now and then meanwhile, between the frames of a video too; what it throws ends the opening
     * @throws UserException if there is no such data, or it cannot be used
     */
    ClipDataset open(int frames, Path cache, Consumer<String> messages, Runnable check);
}
