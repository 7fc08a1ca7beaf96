// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Receives what a {@link Profiler} has found; each method may be left out. */
public interface ProfileListener {
    /** Receives a sentence for people. */
    default void message(String text) {}

    /**
     * Called once, when as many steps or frames as were asked for are recorded, or none will follow.
     *
     * @param trace the file that shows every span, which trace viewers open; null if it could not be written, which a
     *     message has told
     */
    default void profiled(Profile profile, @Nullable Path trace) {}
}
