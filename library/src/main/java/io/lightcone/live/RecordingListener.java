// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.live;

import java.nio.file.Path;
import java.util.List;

/** Hears how a {@link Recording} goes, of which it may leave out what it does not care for. */
public interface RecordingListener {
    /** Hears that frame number {@code made} is in the files, counted from 1 and without given ones. */
    default void frame(int made) {}

    /** Hears that all frames are made and the files are complete. */
    default void finished(List<Path> files) {}

    /**
     * Hears that the recording was stopped.
     *
     * @param made frames until then
     * @param files that have them, complete; none if nothing was made, or it went into a stream
     */
    default void stopped(int made, List<Path> files) {}

    /** Hears that something has failed, which is thrown after this, but that these files have what was made before. */
    default void rescued(List<Path> files) {}

    /**
     * Hears that what it takes to go on is saved.
     *
     * @param frames of each video so far, given ones included
     * @param state the file
     */
    default void saved(int frames, Path state) {}

    /** Hears what went wrong besides, while something was rescued from a failure. */
    default void troubled(String what) {}
}
