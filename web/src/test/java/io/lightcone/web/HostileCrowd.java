// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Does all that a server must bear, over and over, on a thread of its own until it is closed. */
final class HostileCrowd implements AutoCloseable {
    private static final int TEN_MEGABYTES = 10_000_000;
    private static final int SILENT = 200;
    private static final int SLOW = 4;
    private static final int FLOOD = 1_000;
    private static final int BROKEN_OFF_MILLISECONDS = 200;
    private static final int FLOOD_MILLISECONDS = 1500;
    private static final int NO_ROOM_MILLISECONDS = 50;

    private final URI page;
    private final String session;
    private final Thread thread = new Thread(this::run, "hostile-crowd");
    private volatile boolean closed;
    private final AtomicInteger rounds = new AtomicInteger();

    /**
     * Begins.
     *
     * @param page of the server
     * @param session that some join, to read nothing of it
     */
    HostileCrowd(URI page, String session) {
        this.page = page;
        this.session = session;
        thread.start();
    }

    /** Returns how often everything has been done. */
    int rounds() {
        return rounds.get();
    }

    private void run() {
        while (!closed) {
            List<SilentClient> slow = new ArrayList<>();
            for (int i = 0; i < SLOW; i++) {
                attempt(() -> slow.add(SilentClient.upgraded(page, "session=" + session)));
            }
            List<Attempt> kinds = List.of(
                    this::silentConnections,
                    () -> SilentClient.upgraded(page, "seed=1", "Origin: http://evil.example")
                            .close(),
                    () -> SilentClient.status(page, "Host: evil.example"),
                    () -> largeMessage(true),
                    () -> largeMessage(false),
                    this::nonsense,
                    this::flood,
                    this::brokenOff,
                    () -> noHttp("\u0000\u0001\u0002\r\n\r\n"),
                    () -> noHttp("A".repeat(100_000) + "\r\n\r\n"));
            kinds.forEach(HostileCrowd::attempt);
            slow.forEach(each -> attempt(each::close));
            rounds.incrementAndGet();
        }
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws IOException;
    }

    /** Tries something; the server may hang up on it, or have no room for it. */
    private static void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (IOException e) {
            // That is what is expected of it.
        }
    }

    private void silentConnections() throws IOException {
        List<SilentClient> all = new ArrayList<>();
        for (int i = 0; i < SILENT; i++) {
            SilentClient.connected(page, NO_ROOM_MILLISECONDS).ifPresent(all::add);
        }
        for (SilentClient each : all) {
            each.close();
        }
    }

    private void largeMessage(boolean text) throws IOException {
        try (SilentClient client = SilentClient.upgraded(page, "session=" + session)) {
            if (text) {
                client.text(new byte[TEN_MEGABYTES]);
            } else {
                client.binary(TEN_MEGABYTES, TEN_MEGABYTES);
            }
        }
    }

    private void nonsense() throws IOException {
        try (SilentClient client = SilentClient.upgraded(page, "session=" + session)) {
            client.text("{\"type\":".getBytes(StandardCharsets.UTF_8));
            client.sayAndAwaitEnd("This is no WebSocket message.");
        }
    }

    private void flood() throws IOException {
        try (SilentClient client = SilentClient.upgraded(page, "seed=3")) {
            for (int i = 0; i < FLOOD; i++) {
                client.text("{\"type\":\"play\"}".getBytes(StandardCharsets.UTF_8));
            }
            client.hold(FLOOD_MILLISECONDS); // what is unread when it closes is lost
        }
    }

    private void brokenOff() throws IOException {
        try (SilentClient client = SilentClient.upgraded(page, "session=" + session)) {
            client.binary(TEN_MEGABYTES / 1000, 10);
            client.hold(BROKEN_OFF_MILLISECONDS); // so that the server has read it
        }
    }

    private void noHttp(String text) throws IOException {
        Optional<SilentClient> connected = SilentClient.connected(page, NO_ROOM_MILLISECONDS);
        if (connected.isPresent()) {
            try (SilentClient client = connected.get()) {
                client.sayAndAwaitEnd(text);
            }
        }
    }

    /** Ends after what it is just doing. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
