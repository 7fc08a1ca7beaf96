// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Records what threads do as named spans of time, which nest as the calls do: where the time of a program goes. Code
 * names what it does, whether anybody records or not:
 *
 * <pre>{@code
 * try (Timeline.Span span = Timeline.span("feed-forward")) {
 *     ...
 * }
 * }</pre>
 *
 * <p>While nothing is recorded, a span costs the read of one static field and allocates nothing. A {@link Profiler}
 * records: the spans of the thread that it belongs to, and of every task that this thread hands to other threads by
 * {@link #carried}, as {@link Workers} do. Spans of all other threads are not recorded, so two programs in one process
 * do not see each other.
 */
public final class Timeline {
    /** The name of the span in which a thread that carries tasks of another one has none. */
    static final String WAITING = "waiting";

    /** The largest number of spans of a timeline, which take some 50 bytes each. */
    static final int MOST_SPANS = 1 << 18;

    private static final Object LOCK = new Object();
    private static final ThreadLocal<@Nullable Track> TRACK = new ThreadLocal<>();

    /** The number of timelines that record; written under the lock. */
    private static volatile int recording;

    private final Map<Thread, Track> tracks = new LinkedHashMap<>();
    private final Runnable synchronise;
    private final long begun = System.nanoTime();
    private final AtomicInteger spans = new AtomicInteger();
    private boolean ended;

    private Timeline(Runnable synchronise) {
        this.synchronise = synchronise;
    }

    /**
     * Begins a span of the calling thread.
     *
     * @param name what the thread does, a constant
     * @return the span, for the caller to close
     */
    public static Span span(String name) {
        return recording == 0 ? Span.NONE : begin(name, Span.UNNUMBERED);
    }

    /**
     * Begins a span of the calling thread that is one of several alike.
     *
     * @param name what the thread does, a constant
     * @param number which of them it is, such as the number of a layer; tables add them up
     * @return the span, for the caller to close
     */
    public static Span span(String name, int number) {
        return recording == 0 ? Span.NONE : begin(name, number);
    }

    private static Span begin(String name, int number) {
        Track track = TRACK.get();
        return track == null ? Span.NONE : track.begin(name, number);
    }

    /**
     * Returns {@code task} such that its spans are recorded, whichever thread runs it, if those of the calling thread
     * are. They lie in a span of the same name as the caller's innermost one; between such tasks their thread is
     * waiting.
     */
    static <T> Callable<T> carried(Callable<T> task) {
        Track track = recording == 0 ? null : TRACK.get();
        return track == null ? task : track.timeline().carry(track.innermost(), task);
    }

    /**
     * Returns {@code task} such that its spans are recorded, whichever thread runs it, if those of the calling thread
     * are. Between such tasks their thread is waiting.
     *
     * @param name of the span that those of the task lie in
     */
    public static <T> Callable<T> carried(String name, Callable<T> task) {
        Track track = recording == 0 ? null : TRACK.get();
        return track == null ? task : track.timeline().carry(name, task);
    }

    private <T> Callable<T> carry(String name, Callable<T> task) {
        return () -> record(name, task);
    }

    private <T> T record(String name, Callable<T> task) throws Exception {
        Track before = TRACK.get();
        Track track = trackOf(Thread.currentThread());
        track.beginTask(name);
        TRACK.set(track);
        try {
            return task.call();
        } finally {
            TRACK.set(before);
            track.endTask();
        }
    }

    private Track trackOf(Thread thread) {
        synchronized (tracks) {
            return tracks.computeIfAbsent(thread, any -> {
                // Only the thread that began uses a device that has to be waited for.
                Track track = new Track(this, thread.getName(), () -> {});
                track.beginAt(WAITING, begun);
                if (ended) {
                    track.end();
                }
                return track;
            });
        }
    }

    /**
     * Begins to record the calling thread.
     *
     * @param synchronise waits for the device that the thread computes with, if that has a queue; it is called at both
     *     ends of each span, which would else measure how long it takes to queue
     * @throws IllegalStateException if the thread is being recorded
     */
    static Timeline start(Runnable synchronise) {
        Track before = TRACK.get();
        if (before != null && !before.ended()) {
            throw new IllegalStateException("this thread is being recorded already");
        }
        Timeline timeline = new Timeline(synchronise);
        Thread thread = Thread.currentThread();
        Track track = new Track(timeline, thread.getName(), timeline.synchronise);
        synchronized (timeline.tracks) {
            timeline.tracks.put(thread, track);
        }
        TRACK.set(track);
        synchronized (LOCK) {
            recording++;
        }
        return timeline;
    }

    /** Counts one more span, and returns whether there is room for it. */
    boolean count() {
        return spans.incrementAndGet() <= MOST_SPANS;
    }

    /** Returns whether there was no room for a span. */
    boolean isFull() {
        return spans.get() > MOST_SPANS;
    }

    /** Returns the time at which the recording began, in nanoseconds. */
    long begun() {
        return begun;
    }

    /**
     * Ends the recording, which the thread that began it does; spans that are open end now. Calling it again does
     * nothing.
     *
     * @return the tracks of all threads, that of the calling thread first
     */
    List<Track> stop() {
        synchronized (tracks) {
            if (!ended) {
                ended = true;
                tracks.values().forEach(Track::end);
                TRACK.remove();
                synchronized (LOCK) {
                    recording--;
                }
            }
            return new ArrayList<>(tracks.values());
        }
    }

    /** A span of time in which a thread did what the span is named after. */
    public static final class Span implements AutoCloseable {
        static final int UNNUMBERED = -1;
        static final long OPEN = Long.MIN_VALUE;

        /** The span of a thread that is not recorded. */
        static final Span NONE = new Span(null, "", UNNUMBERED, 0, 0);

        private final @Nullable Track track;
        final String name;
        final int number;
        final int depth;
        final long start;
        long end = OPEN;

        Span(@Nullable Track track, String name, int number, int depth, long start) {
            this.track = track;
            this.name = name;
            this.number = number;
            this.depth = depth;
            this.start = start;
        }

        /** Ends this span and begins another one of the same thread, for parts of a method that follow each other. */
        public Span then(String next) {
            close();
            return track == null ? NONE : track.begin(next, UNNUMBERED);
        }

        /** Ends this span, with all that began inside and were not ended; closing it again does nothing. */
        @Override
        public void close() {
            if (track != null) {
                track.end(this);
            }
        }
    }
}
