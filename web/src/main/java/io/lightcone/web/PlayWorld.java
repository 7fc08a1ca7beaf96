// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;

/**
 * A world that sessions play, such as a run ({@link RunWorld}). All methods are safe for several threads: its sessions
 * begin and go on at the same time.
 */
public interface PlayWorld extends AutoCloseable {
    /** Returns what is known of the world before anything is loaded. */
    WorldCard card();

    /**
     * Begins a play; the first call may take as long as loading a model takes.
     *
     * @param seed what makes it this one and no other
     * @return for the caller to close, on the thread that plays it
     * @throws UserException if it cannot be loaded or begun
     */
    Scene begin(long seed);

    /**
     * Loads what plays share, so that the first one begins sooner; does nothing unless a world has something to load.
     *
     * @throws UserException if it cannot be loaded; {@link #begin} says so again
     */
    default void load() {}

    /** Returns whether a play can begin at once, since everything is loaded. */
    default boolean loaded() {
        return true;
    }

    /** Frees what plays share, if they share anything; all plays have ended before. */
    @Override
    default void close() {}
}
