// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.ResidentMemory;
import io.lightcone.web.TestViewer.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plays the built-in worlds for ten minutes with random keys, beside hostile clients, and watches memory. */
@Tag("slow")
class LongPlayTest {
    /** What a play begins with and keeps, such as its past for undo, is there after this. */
    private static final Duration SETTLING = Duration.ofMinutes(3);

    private static final Duration LENGTH = Duration.ofMinutes(10);
    private static final long MOST_GROWTH = 48L << 20;
    private static final List<String> KEYS = List.of("w", "s", "a", "d", "ArrowUp", "ArrowLeft", "x", "");

    /** What the crowd does, each of which is to be one line. */
    private static final Set<Tally.Misbehaviour> KINDS =
            EnumSet.complementOf(EnumSet.of(Tally.Misbehaviour.TOO_MANY, Tally.Misbehaviour.VANISHED));

    private final List<String> log = new CopyOnWriteArrayList<>();

    @Test
    void memoryStaysFlatUnderRandomKeysAndHostileClients(@TempDir Path temp) throws Exception {
        Map<String, Path> worlds = BuiltInWorlds.in(temp.resolve("cache"));
        List<PlayWorld> runs = worlds.entrySet().stream()
                .<PlayWorld>map(world -> RunWorld.of(world.getKey(), world.getValue(), "cpu", 1))
                .toList();
        PlayOptions options = new PlayOptions("127.0.0.1", 0, 2, 0, temp.resolve("recordings"));
        try (PlayServer server = PlayServer.start(options, runs, log::add);
                TestViewer one = TestViewer.connect(server.address(), "world=pong&seed=1");
                TestViewer two = TestViewer.connect(server.address(), "world=maze&seed=2");
                HostileCrowd crowd = new HostileCrowd(server.address(), sessionOf(one))) {
            SplittableRandom random = new SplittableRandom(5);
            Instant begin = Instant.now();
            long settled = 0;
            int id = 0;
            Frame last = one.frame();
            while (Duration.between(begin, Instant.now()).compareTo(LENGTH) < 0) {
                id++;
                for (TestViewer viewer : List.of(one, two)) {
                    viewer.send(message(random, id));
                    int sent = id;
                    last = viewer.frame(frame -> frame.lastId() >= sent);
                }
                if (settled == 0 && Duration.between(begin, Instant.now()).compareTo(SETTLING) > 0) {
                    settled = ResidentMemory.bytes();
                }
            }
            assertThat(last.lastId()).isGreaterThan(100); // however slow the machine
            assertThat(crowd.rounds()).isGreaterThan(20);
            assertThat(ResidentMemory.bytes() - settled).isLessThan(MOST_GROWTH);
        }
        for (Tally.Misbehaviour kind : KINDS) {
            assertThat(log)
                    .filteredOn(line -> line.equals(Tally.line(kind)))
                    .as(kind.name())
                    .hasSize(1);
        }
        assertThat(log).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(Tally.Misbehaviour.values().length);
    }

    private static String sessionOf(TestViewer viewer) throws InterruptedException {
        return viewer.text("session").path("id").stringValue();
    }

    /** Mostly keys, and now and then a new game, a step back, or another number of updates. */
    private static String message(SplittableRandom random, int id) {
        int drawn = random.nextInt(200);
        return switch (drawn) {
            case 0 -> "{'type':'reset','seed':" + random.nextInt(100) + ",'id':" + id + "}";
            case 1 -> "{'type':'undo','seconds':2,'id':" + id + "}";
            case 2 -> "{'type':'steps','steps':" + (1 << random.nextInt(4)) + ",'id':" + id + "}";
            default ->
                "{'type':'keys','pressed':['" + KEYS.get(random.nextInt(KEYS.size() - 1)) + "'],'id':" + id + "}";
        };
    }
}
