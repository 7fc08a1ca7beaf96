// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.tensor.Timeline.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the spans of one thread, in the order in which they began, so that each comes after the one that it lies in.
 * Only that thread begins and ends spans, but another one may end the recording at any moment: so it is safe for
 * several threads.
 */
final class Track {
    private final Timeline timeline;
    private final String thread;
    private final Runnable synchronise;
    private final List<Span> spans = new ArrayList<>();
    private final List<Span> open = new ArrayList<>();
    private boolean ended;

    /**
     * Creates a track without spans.
     *
     * @param thread name of the thread
     * @param synchronise called before the time is taken
     */
    Track(Timeline timeline, String thread, Runnable synchronise) {
        this.timeline = timeline;
        this.thread = thread;
        this.synchronise = synchronise;
    }

    Timeline timeline() {
        return timeline;
    }

    String thread() {
        return thread;
    }

    /** Begins a span inside the innermost open one. */
    synchronized Span begin(String name, int number) {
        if (ended) {
            return Span.NONE;
        }
        synchronise.run();
        return begin(name, number, System.nanoTime());
    }

    private Span begin(String name, int number, long start) {
        if (!timeline.count()) {
            return Span.NONE;
        }
        Span span = new Span(this, name, number, open.size(), start);
        spans.add(span);
        open.add(span);
        return span;
    }

    /** Begins the first span, at a time that has passed. */
    synchronized void beginAt(String name, long start) {
        begin(name, Span.UNNUMBERED, start);
    }

    /** Ends a span together with all open ones inside. */
    synchronized void end(Span span) {
        if (!ended && span.end == Span.OPEN) {
            synchronise.run();
            endFrom(span.depth, System.nanoTime());
        }
    }

    private void endFrom(int depth, long end) {
        while (open.size() > depth) {
            open.remove(open.size() - 1).end = end;
        }
    }

    /** Ends the waiting for a task of another thread. */
    synchronized void beginTask(String name) {
        if (!ended) {
            long now = System.nanoTime();
            endFrom(0, now);
            begin(name, Span.UNNUMBERED, now);
        }
    }

    /** Ends all spans of a task of another thread, and begins to wait for the next one. */
    synchronized void endTask() {
        beginTask(Timeline.WAITING);
    }

    /** Returns the name of the innermost open span. */
    synchronized String innermost() {
        return open.isEmpty() ? "task" : open.get(open.size() - 1).name;
    }

    /** Ends the track, with all spans that are open. */
    synchronized void end() {
        if (!ended) {
            endFrom(0, System.nanoTime());
            ended = true;
        }
    }

    synchronized boolean ended() {
        return ended;
    }

    /** Returns all spans, none of which is open once the track has ended. */
    synchronized List<Span> spans() {
        return List.copyOf(spans);
    }
}
