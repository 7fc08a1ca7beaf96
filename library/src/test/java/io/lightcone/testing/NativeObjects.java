// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Scopes;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;

/**
 * Counts native objects that nobody has freed, and sees a leak even where the garbage collector runs in the middle.
 *
 * <p>JavaCPP frees what the collector finds in a thread of its own, and counts it as freed. Here that thread is stopped
 * for good, and another does the same work at all times except while objects are counted.
 */
public final class NativeObjects {
    private static final String COLLECTOR = "JavaCPP Deallocator";
    private static final Object LOCK = new Object();
    private static final int ROUNDS = 10;

    /** The number of counts in progress; guarded by the lock. */
    private static int counts;

    static {
        Pointer.totalCount(); // starts the thread, if nothing has yet
        Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(COLLECTOR))
                .forEach(NativeObjects::stop);
        ScheduledExecutorService collector = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, COLLECTOR + " of the tests");
            thread.setDaemon(true);
            return thread;
        });
        var unused = collector.scheduleWithFixedDelay(NativeObjects::freeGarbage, 0, 50, TimeUnit.MILLISECONDS);
    }

    private NativeObjects() {}

    private static void stop(Thread thread) {
        thread.interrupt();
        try {
            thread.join(60_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (thread.isAlive()) {
            throw new IllegalStateException(thread.getName() + " goes on freeing what the garbage collector finds");
        }
    }

    private static void freeGarbage() {
        synchronized (LOCK) {
            if (counts == 0) {
                Pointer.deallocateReferences();
            }
        }
    }

    /** Returns how many objects one run of {@code body} leaves behind. */
    public static long leftBy(Runnable body) {
        return leftBy(0, 1, body);
    }

    /**
     * Returns how many objects {@code times} runs of {@code body} leave behind, after {@code before} runs that are not
     * counted.
     */
    public static long leftBy(int before, int times, Runnable body) {
        return counting(() -> {
            for (int i = 0; i < before; i++) {
                body.run();
            }
            long settled = count();
            for (int i = 0; i < times; i++) {
                body.run();
            }
            return count() - settled;
        });
    }

    /** Fails if {@code body} leaves an object behind other than those of the scope that it is run in. */
    public static void requireNothingLeft(Runnable body) {
        // The first run is not counted: it loads classes and creates tables that stay.
        assertThat(leftBy(1, ROUNDS, () -> Scopes.run(body)))
                .as("native objects left by %d runs", ROUNDS)
                .isLessThan(ROUNDS);
    }

    /** Runs {@code body}, within which objects can be counted ({@link #count}). */
    public static <T> T counting(Callable<T> body) {
        synchronized (LOCK) {
            counts++;
        }
        try {
            return body.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            synchronized (LOCK) {
                counts--;
            }
        }
    }

    /** Returns how many objects there are, of which some may be garbage that nobody has freed. */
    public static long count() {
        synchronized (LOCK) {
            if (counts == 0) {
                throw new IllegalStateException("objects are counted within counting(...)");
            }
        }
        return Pointer.totalCount();
    }
}
