// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Owns FFmpeg objects: {@link #close()} frees them, the youngest first, and may be called again. */
final class FfmpegObjects implements AutoCloseable {
    private static final AtomicInteger OWNED = new AtomicInteger();

    private final Deque<Runnable> frees = new ArrayDeque<>();

    /** Takes ownership of an object that FFmpeg allocated; null means that FFmpeg had no memory for it. */
    <P extends Pointer> P own(@Nullable P object, Consumer<P> free) {
        if (object == null || object.isNull()) {
            throw new OutOfMemoryError("FFmpeg could not allocate memory");
        }
        OWNED.incrementAndGet();
        frees.push(() -> {
            free.accept(object);
            OWNED.decrementAndGet();
        });
        return object;
    }

    /** Returns how many objects of FFmpeg are owned in this process and not freed yet. */
    static int owned() {
        return OWNED.get();
    }

    /** Calls {@code free} on closing, in its turn, for what is no object of FFmpeg. */
    void onClose(Runnable free) {
        frees.push(free);
    }

    @Override
    public void close() {
        while (!frees.isEmpty()) {
            frees.pop().run();
        }
    }
}
