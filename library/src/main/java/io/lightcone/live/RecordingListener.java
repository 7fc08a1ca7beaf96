// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import io.lightcone.tensor.ProfileListener;
import java.nio.file.Path;
import java.util.List;

/** Receives notifications about the progress of a {@link Recording}; each method may be left out. */
public interface RecordingListener extends ProfileListener {
    /** Called when frame number {@code count} is in the files, counted from 1 and without given ones. */
    default void frame(int count) {}

    /** Called when all frames are generated and the files are complete. */
    default void finished(List<Path> files) {}

    /**
     * Called when the recording was stopped.
     *
     * @param count frames until then
     * @param files that have them, complete; none if nothing was generated, or it went into a stream
     */
    default void stopped(int count, List<Path> files) {}

    /**
     * Called when a failure, which is thrown after this, left these files complete with the frames generated before it.
     */
    default void rescued(List<Path> files) {}

    /**
     * Called when the state that is needed to resume is saved.
     *
     * @param frames of each video so far, given ones included
     * @param state the file
     */
    default void saved(int frames, Path state) {}

    /** Called when rescuing the frames generated before a failure has failed as well. */
    default void rescueFailed(String what) {}
}
