// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Recognises the failures by which libtorch and JavaCPP say that memory outside of Java's heap is full. */
public final class OutOfMemory {
    static {
        NativeMemory.allow();
    }

    private static final int DEEPEST_CAUSE = 20;

    /**
     * Parts of their messages: of libtorch on a CPU and on a GPU, of C++ itself, and of JavaCPP, which limits what
     * all of its objects may take.
     */
    private static final List<String> MESSAGES = List.of(
            "you tried to allocate",
            "not enough memory",
            "out of memory",
            "bad_alloc",
            "physicalbytes",
            "failed to allocate memory within limits");

    private OutOfMemory() {}

    /** Returns whether {@code failure}, or what caused it, is for want of memory outside of Java's heap. */
    public static boolean caused(Throwable failure) {
        return Stream.iterate(failure, (@Nullable Throwable cause) -> cause != null, Throwable::getCause)
                .limit(DEEPEST_CAUSE)
                .map(cause -> String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT))
                .anyMatch(message -> MESSAGES.stream().anyMatch(message::contains));
    }
}
