// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to a viewer, in bounded space: the newest frame, and the newest text of each kind. Safe for
 * several threads.
 */
final class Outbox {
    private final Map<String, ServerMessages.Text> texts = new LinkedHashMap<>();
    /** The kinds of the texts that have come since the viewer joined the session that it watches. */
    private final Set<String> told = new HashSet<>();

    private @Nullable FrameMessage frame;
    private long offered;
    private long lastId;
    /** The number of the last message that took effect for {@link #frame}. */
    private long frameId;

    /** Takes note that the viewer joins its session, and that from now on all texts are of that. */
    synchronized void joined() {
        told.clear();
    }

    /** Takes in a text, which replaces one of its kind that still waits. */
    synchronized void tell(ServerMessages.Text text) {
        told.add(text.kind());
        texts.remove(text.kind()); // or the new one would take the old one's turn
        texts.put(text.kind(), text);
    }

    /**
     * Takes in what held when the viewer joined, unless something of that kind has come since, which is newer: a
     * session goes on while a viewer joins.
     */
    synchronized void catchUp(ServerMessages.Text text) {
        if (!told.contains(text.kind())) {
            tell(text);
        }
    }

    /** Notes the number of the message of the viewer that takes effect from the next frame on. */
    synchronized void applied(long id) {
        lastId = id;
    }

    /**
     * Takes in a frame, unless a newer one was faster.
     *
     * @return whether a frame was skipped for it that still waited
     */
    synchronized boolean offer(FrameMessage newest) {
        if (newest.number() <= offered) {
            return false;
        }
        boolean skipped = frame != null;
        frame = newest;
        frameId = lastId;
        offered = newest.number();
        return skipped;
    }

    /** Takes the text out that waits longest; null if none does. */
    synchronized ServerMessages.@Nullable Text takeText() {
        Iterator<ServerMessages.Text> waiting = texts.values().iterator();
        if (!waiting.hasNext()) {
            return null;
        }
        ServerMessages.Text first = waiting.next();
        waiting.remove();
        return first;
    }

    /** Takes the frame out, encoded; null if none waits. */
    synchronized @Nullable ByteBuffer takeFrame() {
        FrameMessage last = frame;
        frame = null;
        return last == null ? null : last.encoded(frameId);
    }

    /** Forgets the frame that waits. */
    synchronized void forgetFrame() {
        frame = null;
    }

    /** Forgets all that waits. */
    synchronized void clear() {
        frame = null;
        texts.clear();
    }
}
