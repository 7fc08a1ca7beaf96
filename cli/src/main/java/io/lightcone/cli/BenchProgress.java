// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.BenchmarkListener;

/** Shows the progress of a benchmark, and ends it at Ctrl-C between two measurements. */
final class BenchProgress implements BenchmarkListener {
    private final Session session;
    private final ProgressBar bar;
    private final long start = System.nanoTime();

    BenchProgress(Session session) {
        this.session = session;
        this.bar = new ProgressBar(session.console());
    }

    @Override
    public void next(String what, double done) {
        session.interrupts().check();
        bar.show(done, () -> {
            double seconds = (System.nanoTime() - start) / 1e9;
            String left = done > 0 ? ProgressBar.duration(seconds * (1 - done) / done) + " left  " : "";
            return Math.round(100 * done) + "%  " + left + what;
        });
    }

    /** Replaces the line of progress by the time taken, so that results do not stick to it. */
    void end() {
        session.console().line("Measured for " + ProgressBar.duration((System.nanoTime() - start) / 1e9) + ".");
    }
}
