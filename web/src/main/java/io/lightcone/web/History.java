// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The moments of a play that one can go back to: two a second, as many as {@link #MOST} and as long as they have fewer
 * than {@link #MOST_BYTES} together, but one at least. It owns them: close it.
 */
final class History implements AutoCloseable {
    /** The most moments that are kept. */
    static final int MOST = 20;

    /** The most bytes of memory that all moments hold together. */
    static final long MOST_BYTES = 256L << 20;

    private static final double A_SECOND = 2;

    private final Deque<Past> moments = new ArrayDeque<>();
    private long bytes;

    /**
     * A moment with the frame that was seen then.
     *
     * @param played frames that had been played
     * @param frame null if none had
     */
    record Past(long played, Scene.Moment moment, @Nullable FrameMessage frame) {}

    /** Returns whether the moment after {@code played} frames is one to keep. */
    boolean wants(long played, double framesPerSecond) {
        Past last = moments.peekLast();
        return last == null || played - last.played() >= framesPerSecond / A_SECOND;
    }

    void add(Past past) {
        moments.addLast(past);
        bytes += past.moment().bytes();
        while (moments.size() > MOST || (bytes > MOST_BYTES && moments.size() > 1)) {
            forget(moments.removeFirst());
        }
    }

    /**
     * Returns the newest moment after at most {@code played} frames, or else the oldest, and forgets all later ones.
     */
    Past back(double played) {
        while (moments.size() > 1 && moments.getLast().played() > played) {
            forget(moments.removeLast());
        }
        return moments.getLast();
    }

    private void forget(Past past) {
        bytes -= past.moment().bytes();
        past.moment().close();
    }

    @Override
    public void close() {
        moments.forEach(this::forget);
        moments.clear();
    }
}
