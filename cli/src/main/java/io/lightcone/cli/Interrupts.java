// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handles Ctrl-C (and a polite kill): it asks the work in progress to stop, and holds the end of the JVM back until
 * that work has saved and the last message is out. One is open around the whole of a command line, because libtorch
 * does not survive it when the process ends while a thread is still computing, wherever that is. The work learns of it
 * in one of two ways: by an action that it registers with {@link #onStop}, or by calling {@link #check} now and then.
 */
final class Interrupts implements AutoCloseable {
    private static final long PATIENCE_MINUTES = 5;

    private final Runnable announcement;
    private final Deque<Runnable> actions = new ArrayDeque<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "interrupt");
    private volatile boolean happened;

    /** Keeps an action registered until it is closed. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Registers the handler: from now on Ctrl-C calls {@code announcement} and the actions, and then waits for
     * {@link #close}.
     */
    Interrupts(Runnable announcement) {
        this.announcement = announcement;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Registers an action that Ctrl-C calls until the result is closed; after a Ctrl-C that came earlier it is called
     * at once. Of several actions the latest is called first. An action only asks; it does not wait.
     */
    synchronized Registration onStop(Runnable action) {
        actions.push(action);
        if (happened) {
            action.run();
        }
        return () -> forget(action);
    }

    private synchronized void forget(Runnable action) {
        actions.removeFirstOccurrence(action);
    }

    /** Returns whether Ctrl-C was pressed. */
    boolean happened() {
        return happened;
    }

    /** Throws a {@link CancellationException} if Ctrl-C was pressed. */
    void check() {
        if (happened) {
            throw new CancellationException("stopped by Ctrl-C");
        }
    }

    /**
     * Does what Ctrl-C does, and returns once the command line is done, or after a patience that only a hang exhausts.
     */
    void interrupt() {
        try {
            stop();
        } finally {
            await();
        }
    }

    private synchronized void stop() {
        happened = true;
        announcement.run();
        actions.forEach(Runnable::run);
    }

    private void await() {
        try {
            finished.await(PATIENCE_MINUTES, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            happened = true; // the JVM is on its way down already, so the hook has started
        }
    }
}
