// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for what another thread or process does: on a busy machine for as long as it takes, but not for ever. */
public final class Await {
    private static final Duration BOUND = Duration.ofMinutes(5);

    private Await() {}

    /** A condition that holds once an event has happened. */
    @FunctionalInterface
    public interface Event {
        boolean happened() throws Exception;
    }

    /** Returns once {@code event} has happened; fails, naming {@code what}, if it does not in some minutes. */
    public static void until(String what, Event event) {
        until(what, BOUND, event);
    }

    static void until(String what, Duration bound, Event event) {
        long start = System.nanoTime();
        try {
            while (!event.happened()) {
                if (System.nanoTime() - start > bound.toNanos()) {
                    throw new AssertionError("waited %s in vain for %s".formatted(bound, what));
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("while waiting for " + what, e);
        }
    }
}
