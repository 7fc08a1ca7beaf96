// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.Watcher;

/** Progress of a benchmark, and the place where Ctrl-C ends it: between two measurements. */
final class BenchProgress implements Watcher {
    private static final int BAR = 10;
    private static final double SECONDS_BETWEEN_DRAWINGS = 0.2;
    private static final double SECONDS_BETWEEN_LINES = 15;

    private final Session session;
    private final long start = System.nanoTime();
    private long last = start;

    BenchProgress(Session session) {
        this.session = session;
    }

    @Override
    public void next(String what, double done) {
        session.interrupts().check();
        boolean terminal = session.console().isTerminal();
        long now = System.nanoTime();
        if ((now - last) / 1e9 < (terminal ? SECONDS_BETWEEN_DRAWINGS : SECONDS_BETWEEN_LINES)) {
            return;
        }
        last = now;
        double seconds = (now - start) / 1e9;
        String left = done > 0 ? ProgressLine.duration(seconds * (1 - done) / done) + " left  " : "";
        String text = Math.round(100 * done) + "%  " + left + what;
        if (terminal) {
            int full = (int) Math.round(BAR * done);
            session.console().progress("[" + "#".repeat(full) + "-".repeat(BAR - full) + "] " + text);
        } else {
            session.console().line(text);
        }
    }

    /** Clears the line of progress, so that results do not stick to it. */
    void end() {
        session.console().line("Measured for " + ProgressLine.duration((System.nanoTime() - start) / 1e9) + ".");
    }
}
