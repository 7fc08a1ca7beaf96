// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers do disturbs nobody who plays, and is a line in the log for each kind. */
class HostileClientsTest {
    private static final int TEN_MEGABYTES = 10_000_000;
    private static final int NO_ROOM_MILLISECONDS = 50;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FakeWorld world = FakeWorld.of("free");
    private PlayServer server = start();
    private TestViewer plays = TestViewer.connect(server.address(), "seed=1");

    private PlayServer start() {
        return PlayServer.start(new PlayOptions("127.0.0.1", 0, 2, 0, Path.of("unused")), List.of(world), log::add);
    }

    @BeforeEach
    void play() throws InterruptedException {
        plays.frame();
    }

    /** All the while the player has its frames, and is obeyed. */
    @AfterEach
    void playsOn() throws InterruptedException {
        plays.send("{'type':'keys','pressed':['w'],'id':99}");
        TestViewer.Frame steered = plays.frame(frame -> frame.lastId() == 99);
        assertThat(steered.action()).isEqualTo(1);
        plays.frame(frame -> frame.number() > steered.number() + 20);
        plays.close();
        server.close();
        assertThat(world.openDreams()).isZero();
    }

    /** The server accepts as many as it may have, and the system keeps a few more waiting; no others get in. */
    @Test
    void twoHundredConnectionsThatSayNothing() throws Exception {
        List<SilentClient> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Optional<SilentClient> next = SilentClient.connected(server.address(), NO_ROOM_MILLISECONDS);
            if (next.isPresent()) {
                all.add(next.get());
                if (all.size() <= PlayServer.MOST_CONNECTIONS) {
                    next.get().say("GET / HT");
                }
            }
        }
        assertThat(all).hasSizeGreaterThanOrEqualTo(PlayServer.MOST_CONNECTIONS - 1);
        plays.frame(frame -> frame.says(FakeWorld.NUMBER) == 120);
        for (SilentClient each : all) {
            each.close();
        }
        Await.until("room for another", () -> statusOfPage() == 200);
        assertThat(log).filteredOn(line -> line.contains("no more connections")).hasSize(1);
    }

    private int statusOfPage() {
        try {
            return SilentClient.status(
                    server.address(), "Host: " + server.address().getAuthority());
        } catch (IOException e) {
            return 0; // not yet
        }
    }

    @Test
    void moreViewersThanThereMayBe() throws Exception {
        List<SilentClient> all = new ArrayList<>();
        for (int i = 0; i < Lobby.MOST_VIEWERS; i++) { // with the one who plays there is one too many
            SilentClient each = SilentClient.upgraded(server.address(), "seed=" + i);
            assertThat(each.status()).isEqualTo(101);
            all.add(each);
        }
        Await.until("the first who is refused", () -> !log.isEmpty());
        try (SilentClient refused = SilentClient.upgraded(server.address(), "seed=0")) {
            refused.awaitEnd();
        }
        for (SilentClient each : all) {
            each.close();
        }
        assertThat(log)
                .filteredOn(line -> line.contains("as many as there may be"))
                .hasSize(1);
    }

    @Test
    void messagesOfTenMegabytes() throws Exception {
        for (int i = 0; i < 4; i++) {
            try (SilentClient big = SilentClient.upgraded(server.address(), "seed=2")) {
                assertThat(big.status()).isEqualTo(101);
                sendAll(big, i % 2 == 0);
                big.awaitEnd();
            }
        }
        assertThat(log).filteredOn(line -> line.contains("too large")).hasSize(1);
    }

    /** The server may end the connection before all is sent. */
    private static void sendAll(SilentClient big, boolean text) {
        try {
            if (text) {
                big.text(new byte[TEN_MEGABYTES]);
            } else {
                big.binary(TEN_MEGABYTES, TEN_MEGABYTES);
            }
        } catch (IOException e) {
            // That is what is tested.
        }
    }

    @Test
    void messagesThatAreNone() throws Exception {
        try (SilentClient noise = SilentClient.upgraded(server.address(), "seed=2")) {
            assertThat(noise.status()).isEqualTo(101);
            for (String text : List.of("{", "[]", "{\"type\":\"keys\"}", "{\"type\":\"fly\"}", "\u0000")) {
                noise.text(text.getBytes(StandardCharsets.UTF_8));
            }
            noise.binary(5, 5);
            plays.frame(frame -> frame.says(FakeWorld.NUMBER) == 100);
        }
        assertThat(log).filteredOn(line -> line.contains("not understood")).hasSize(1);
    }

    /** A thousand messages a second are read no faster than they may come, so their sender waits. */
    @Test
    void floodsOfMessages() throws Exception {
        try (TestViewer flood = TestViewer.connect(server.address(), "seed=2")) {
            flood.text("session");
            byte[] picture = new byte[FakeWorld.BYTES];
            picture[FakeWorld.NUMBER] = 1;
            for (int i = 1; i <= 400; i++) {
                flood.send("{'type':'keys','pressed':['w'],'id':" + i + "}").show(picture);
            }
            flood.frame(frame -> frame.lastId() == 400);
        }
        assertThat(log).filteredOn(line -> line.contains("more messages")).hasSize(1);
    }

    /** Whoever has lost its network says nothing about it, and answers no pings. */
    @Test
    void viewersThatVanish() throws Exception {
        try (SilentClient gone = SilentClient.upgraded(server.address(), "seed=2")) {
            assertThat(gone.status()).isEqualTo(101);
            Await.until("two sessions", () -> world.openDreams() == 2);
            long now = System.nanoTime();
            server.checkPresence(now + Viewer.VANISHED_AFTER / 2);
            assertThat(log).isEmpty();
            plays.send("{'type':'keys','pressed':[],'id':5}").frame(frame -> frame.lastId() == 5);
            server.checkPresence(now + Viewer.VANISHED_AFTER + 1); // who plays has been heard of since
            gone.awaitEnd();
        }
        assertThat(log).singleElement().asString().contains("nothing was heard of it");
    }

    @Test
    void pagesOfOtherSites() throws Exception {
        for (String header : List.of("Origin: http://evil.example", "Origin: null")) {
            try (SilentClient evil = SilentClient.upgraded(server.address(), "seed=2", header)) {
                assertThat(evil.status()).isEqualTo(403);
            }
        }
        assertThat(log).singleElement().asString().contains("a page of another site was refused");
        assertThat(world.openDreams()).isEqualTo(1);
    }

    /** What waits for them is the newest frame, however many they miss. */
    @Test
    void viewersThatNeverRead() throws Exception {
        String session = plays.text("session").path("id").stringValue();
        plays.send("{'type':'rate','fps':240}");
        try (SilentClient slow = SilentClient.upgraded(server.address(), "session=" + session)) {
            assertThat(slow.status()).isEqualTo(101);
            Await.until("a line about who reads slowly", () -> !log.isEmpty());
            plays.send("{'type':'keys','pressed':[],'id':6}").frame(frame -> frame.lastId() == 6);
        }
        assertThat(log).first().asString().contains("has taken no frame for seconds");
    }

    @Test
    void connectionsThatBreakOffInTheMiddle() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (SilentClient half = SilentClient.upgraded(server.address(), "seed=" + i)) {
                assertThat(half.status()).isEqualTo(101);
                half.binary(FakeWorld.BYTES, 10);
            }
        }
        Await.until("a line about those who broke off", () -> !log.isEmpty());
        assertThat(log).singleElement().asString().contains("has broken off");
    }

    /** A page that is closed says so, which is nothing to tell of. */
    @Test
    void viewersThatSayGoodbyeAreNoNews() throws Exception {
        try (TestViewer leaves = TestViewer.connect(server.address(), "seed=2")) {
            leaves.frame();
        }
        Await.until(
                "nobody but who plays",
                () -> SilentClient.get(server.address().resolve("/health")).contains("\"viewers\":1"));
        assertThat(log).isEmpty();
    }

    @Test
    void messagesThatAreNoWebSocketMessages() throws Exception {
        try (SilentClient noise = SilentClient.upgraded(server.address(), "seed=2")) {
            assertThat(noise.status()).isEqualTo(101);
            noise.say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            noise.awaitEnd();
        }
        Await.until("a line about it", () -> !log.isEmpty());
        assertThat(log).singleElement().asString().contains("is not as WebSockets have it");
    }

    @Test
    void requestsThatAreNoHttp() throws Exception {
        for (String text : List.of("\u0000\u0001\u0002\r\n\r\n", "GET\r\n\r\n", "A".repeat(100_000) + "\r\n\r\n")) {
            try (SilentClient noise =
                    SilentClient.connected(server.address(), 0).orElseThrow()) {
                noise.sayAndAwaitEnd(text);
            }
        }
        Await.until("a line about them", () -> !log.isEmpty());
        assertThat(log).singleElement().asString().contains("a request that cannot be read");
    }

    /** Silent connections are kept for seconds, but not while others wait for one. */
    @Test
    void aPageComesWhileSilentConnectionsTakeAllPlaces() throws Exception {
        List<SilentClient> silent = new ArrayList<>();
        try {
            for (int i = 0; i < PlayServer.MOST_CONNECTIONS; i++) {
                SilentClient.connected(server.address(), NO_ROOM_MILLISECONDS).ifPresent(silent::add);
            }
            Await.until("as many connections as there may be", () -> !log.isEmpty());
            Instant asked = Instant.now();
            assertThat(statusOfPage()).isEqualTo(200);
            assertThat(Duration.between(asked, Instant.now()))
                    .as("silent connections are kept for 15 seconds otherwise")
                    .isLessThan(Duration.ofSeconds(10));
            for (SilentClient each : silent.subList(0, PlayServer.MOST_CONNECTIONS / 2)) {
                each.awaitEnd(); // and none had to be closed for that by its own side
            }
        } finally {
            for (SilentClient each : silent) {
                each.close();
            }
        }
        assertThat(log).singleElement().asString().contains("no more connections");
    }
}
