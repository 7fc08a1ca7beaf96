// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Counts what the server does, for {@code /metrics}, and says once of each kind of misbehaviour that it was met. Safe
 * for several threads.
 */
final class Tally {
    /** What clients do that is refused, or that others must not suffer from. */
    enum Misbehaviour {
        HOST("a request for another host was refused"),
        ORIGIN("a page of another site was refused"),
        CROWD("no more connections are let in until one ends, because there are as many as there may be"),
        TOO_MANY("a viewer was refused, because there are as many as there may be"),
        TOO_LARGE("a viewer was closed, because its message was too large"),
        TOO_FAST("a viewer sends more messages than are read"),
        TOO_SLOW("a viewer has taken no frame for seconds while frames were made"),
        NONSENSE("a message of a viewer was not understood"),
        NO_HTTP("a request that cannot be read was refused"),
        NO_WEB_SOCKET("a viewer was closed, because what it sent is not as WebSockets have it"),
        BROKEN_OFF("the connection of a viewer has broken off"),
        VANISHED("a viewer was closed, because nothing was heard of it");

        private final String sentence;

        Misbehaviour(String sentence) {
            this.sentence = sentence;
        }
    }

    private final Consumer<String> log;
    private final Map<Misbehaviour, AtomicLong> refused = new EnumMap<>(Misbehaviour.class);
    private final LongAdder frames = new LongAdder();
    private final DoubleAdder frameSeconds = new DoubleAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder messages = new LongAdder();

    Tally(Consumer<String> log) {
        this.log = log;
        for (Misbehaviour kind : Misbehaviour.values()) {
            refused.put(kind, new AtomicLong());
        }
    }

    /** Counts a misbehaviour; the first of its kind becomes a line in the log. */
    void refuse(Misbehaviour kind) {
        AtomicLong count = refused.get(kind);
        if (count != null && count.getAndIncrement() == 0) {
            log.accept(line(kind));
        }
    }

    /** Returns the line of the log for the first misbehaviour of a kind. */
    static String line(Misbehaviour kind) {
        return "Play: " + kind.sentence + "; /metrics counts others of this kind.";
    }

    /** Counts a frame that a model has made. */
    void made(double seconds) {
        frames.increment();
        frameSeconds.add(seconds);
    }

    /** Counts a message of a viewer. */
    void heard() {
        messages.increment();
    }

    /** Counts a frame that a viewer was too slow for. */
    void skip() {
        skipped.increment();
    }

    /** Returns all counts in the text format of Prometheus, with these sizes. */
    String text(Lobby.Sizes sizes) {
        StringBuilder text = new StringBuilder();
        metric(text, "sessions", "gauge", "Sessions that are open.", sizes.sessions());
        metric(text, "sessions_limit", "gauge", "Sessions that may be open.", sizes.most());
        metric(text, "viewers", "gauge", "Viewers that are connected.", sizes.viewers());
        metric(text, "waiting", "gauge", "Viewers that wait for a session.", sizes.waiting());
        metric(text, "frames_total", "counter", "Frames made by models.", frames.sum());
        metric(text, "frame_seconds_total", "counter", "Seconds that these frames took.", frameSeconds.sum());
        metric(text, "frames_skipped_total", "counter", "Frames that viewers were too slow for.", skipped.sum());
        metric(text, "messages_total", "counter", "Messages of viewers.", messages.sum());
        head(text, "refused_total", "counter", "What clients did that was refused, had to wait or broke off.");
        refused.forEach((kind, count) -> text.append("lightcone_refused_total{kind=\"")
                .append(kind.name().toLowerCase(Locale.ROOT))
                .append("\"} ")
                .append(count.get())
                .append('\n'));
        return text.toString();
    }

    private static void metric(StringBuilder text, String name, String type, String help, Number value) {
        head(text, name, type, help);
        text.append("lightcone_").append(name).append(' ').append(value).append('\n');
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP lightcone_").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE lightcone_").append(name).append(' ').append(type).append('\n');
    }
}
