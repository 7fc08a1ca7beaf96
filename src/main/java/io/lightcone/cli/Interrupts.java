// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C: asks the work to stop and gives it time to save before the JVM goes down. Used around a block; what the work
 * prints meanwhile still reaches the terminal. All long native work runs inside such a block, because libtorch does not
 * survive it when the process ends while a thread is still computing.
 */
final class Interrupts implements AutoCloseable {
    private static final long PATIENCE_MINUTES = 5;

    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicBoolean happened = new AtomicBoolean();
    private final Thread hook;

    /** From now on Ctrl-C calls {@code stop} and waits for {@link #close}. */
    Interrupts(Runnable stop) {
        hook = new Thread(
                () -> {
                    happened.set(true);
                    stop.run();
                    try {
                        finished.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "interrupt");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether Ctrl-C was pressed. */
    boolean happened() {
        return happened.get();
    }

    @Override
    public void close() {
        finished.countDown();
        if (!happened.get()) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                happened.set(true); // the JVM is on its way down already, so the hook has started
            }
        }
    }
}
