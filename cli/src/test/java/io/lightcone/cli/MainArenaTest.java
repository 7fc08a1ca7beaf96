// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests that a program runs in a thread of the kind that is looked for, once, wherever that is found. */
class MainArenaTest {
    private static final String MAPS = """
            55d0c0a00000-55d0c0a01000 r--p 00000000 08:01 131 /usr/bin/java
            55d0c1b00000-55d0c1c00000 rw-p 00000000 00:00 0                          [heap]
            7f0000000000-7f0000100000 rw-p 00000000 00:00 0
            """;

    @Test
    void theProgramRunsInTheFirstThreadThatIsWanted() {
        Set<Thread> tried = ConcurrentHashMap.newKeySet();
        List<Thread> ran = new CopyOnWriteArrayList<>();
        int code = MainArena.inThread(
                () -> {
                    assertThat(tried).allMatch(Thread::isAlive, "others keep their arenas meanwhile");
                    tried.add(Thread.currentThread());
                    return tried.size() == 5;
                },
                () -> {
                    ran.add(Thread.currentThread());
                    return 130;
                });
        assertThat(code).isEqualTo(130);
        assertThat(ran).hasSize(1);
        assertThat(tried).hasSize(5).contains(ran.get(0)).doesNotContain(Thread.currentThread());
        assertThat(ran.get(0).getName()).isEqualTo(Thread.currentThread().getName());
    }

    @Test
    void whereThereIsNoneItRunsInTheCallingThread() {
        AtomicInteger runs = new AtomicInteger();
        Thread caller = Thread.currentThread();
        int code = MainArena.inThread(() -> false, () -> {
            assertThat(Thread.currentThread()).isSameAs(caller);
            return runs.incrementAndGet();
        });
        assertThat(code).isEqualTo(1);
        assertThat(runs).hasValue(1);
    }

    @Test
    void whereItCannotBeToldItRunsInTheCallingThread() {
        AtomicInteger asked = new AtomicInteger();
        Thread caller = Thread.currentThread();
        int code = MainArena.inThread(
                () -> {
                    asked.incrementAndGet();
                    throw new UnsatisfiedLinkError("no library");
                },
                () -> Thread.currentThread() == caller ? 7 : 8);
        assertThat(code).isEqualTo(7);
        assertThat(asked).hasValue(1);
    }

    @Test
    void whatItThrowsArrives() {
        assertThatThrownBy(() -> MainArena.inThread(() -> true, () -> {
                    throw new IllegalStateException("broken");
                }))
                .rootCause()
                .hasMessage("broken");
    }

    @Test
    void theHeapIsFoundAmongTheSegments() {
        assertThat(MainArena.contains(MAPS, 0x55d0c1b00000L)).isTrue();
        assertThat(MainArena.contains(MAPS, 0x55d0c1bfffffL)).isTrue();
        assertThat(MainArena.contains(MAPS, 0x55d0c1c00000L)).isFalse();
        assertThat(MainArena.contains(MAPS, 0x55d0c0a00800L)).isFalse();
        assertThat(MainArena.contains(MAPS, 0x7f0000000010L)).isFalse();
        assertThat(MainArena.contains("", 0x55d0c1b00000L)).isFalse();
    }
}
