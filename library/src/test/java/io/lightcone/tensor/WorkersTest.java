// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkersTest {
    private static final Device CPU = new Device("cpu");

    private static void withThreads(int threads, Runnable body) {
        int before = torch.get_num_threads();
        torch.set_num_threads(threads);
        try {
            body.run();
        } finally {
            torch.set_num_threads(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 9, 1, 1", "4, 0, 9, 4, 1", "4, 0, 2, 2, 2", "4, 0, 3, 3, 1", "2, 3, 9, 3, 1", "4, 1, 9, 1, 4"})
    void theThreadsOfTheCallerAreSharedByTheWorkers(int threads, int wanted, int most, int count, int inner) {
        withThreads(threads, () -> {
            try (Workers workers = Workers.sharing(wanted, most, CPU)) {
                assertThat(workers.count()).isEqualTo(count);
                int[] found = new int[count];
                workers.run(count, number -> found[number] = torch.get_num_threads());
                assertThat(found).containsOnly(inner);
                assertThat(torch.get_num_threads()).as("of the caller").isEqualTo(threads);
            }
        });
    }

    @Test
    void anotherDeviceThanACpuHasOneWorker() {
        withThreads(4, () -> {
            try (Workers workers = Workers.sharing(0, 9, new Device("meta"))) {
                assertThat(workers.count()).isEqualTo(1);
            }
        });
    }

    @Test
    void aSingleWorkerIsTheCaller() {
        try (Workers workers = Workers.alone()) {
            Thread[] ran = new Thread[1];
            workers.run(1, number -> ran[number] = Thread.currentThread());
            assertThat(ran[0]).isSameAs(Thread.currentThread());
        }
    }

    @Test
    void workersRunAtTheSameTimeOnThreadsThatStay() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CyclicBarrier all = new CyclicBarrier(3);
        try (Workers workers = Workers.sharing(3, 3, CPU)) {
            for (int round = 0; round < 4; round++) {
                workers.run(3, number -> {
                    threads.add(Thread.currentThread());
                    meet(all);
                });
            }
        }
        assertThat(threads).hasSize(3).doesNotContain(Thread.currentThread()).allMatch(Thread::isDaemon);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void fewerTasksThanWorkersRunOnceEachAndMoreAreRefused() {
        try (Workers workers = Workers.sharing(3, 3, CPU)) {
            int[] runs = new int[4];
            workers.run(2, number -> runs[number]++);
            assertThat(runs).containsExactly(1, 1, 0, 0);
            IntConsumer none = number -> {};
            assertThatThrownBy(() -> workers.run(4, none)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theFirstFailureIsThrownOnceAllHaveEnded() {
        boolean[] ended = new boolean[4];
        CountDownLatch failed = new CountDownLatch(1);
        try (Workers workers = Workers.sharing(4, 4, CPU)) {
            assertThatThrownBy(() -> workers.run(4, number -> {
                        if (number == 2) {
                            failed.countDown(); // before the first
                            throw new IllegalStateException("second");
                        }
                        await(failed);
                        if (number == 1) {
                            throw new IllegalArgumentException("first");
                        }
                        ended[number] = true;
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("first")
                    .satisfies(e -> assertThat(e.getSuppressed())
                            .singleElement()
                            .satisfies(other -> assertThat(other).hasMessage("second")));
            assertThat(ended).containsExactly(true, false, false, true);
            int[] again = new int[4];
            workers.run(4, number -> again[number] = number);
            assertThat(again).as("after a failure").containsExactly(0, 1, 2, 3);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInterruptedCallerStillWaitsAndStaysInterrupted() {
        AtomicBoolean ended = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        try (Workers workers = Workers.sharing(2, 2, CPU)) {
            workers.run(2, number -> {
                if (number == 0) {
                    caller.interrupt();
                    started.countDown();
                } else {
                    await(started);
                    sleep();
                    ended.set(true);
                }
            });
            assertThat(Thread.interrupted()).isTrue();
            assertThat(ended).isTrue();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closedWorkersEndTheirThreads() throws InterruptedException {
        Thread[] threads = new Thread[2];
        try (Workers workers = Workers.sharing(2, 2, CPU)) {
            workers.run(2, number -> threads[number] = Thread.currentThread());
        }
        for (Thread thread : Arrays.asList(threads)) {
            thread.join(60_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
