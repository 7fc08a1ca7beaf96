// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.util.function.Supplier;

/**
 * Shows how far some work is: on a terminal as one line with a bar that is redrawn in place, in a pipe as a plain line
 * now and then.
 */
final class ProgressBar {
    /** The progress of work that has no end. */
    static final double ENDLESS = -1;

    private static final int BAR = 10;
    private static final double SECONDS_BETWEEN_DRAWINGS = 0.2;
    private static final double SECONDS_BETWEEN_LINES = 15;

    private final Console console;
    private boolean shown;
    private long last;

    ProgressBar(Console console) {
        this.console = console;
    }

    /**
     * Shows the text if enough time has passed, and always at the first call and where all is done.
     *
     * @param done share of the work that is done, in [0, 1], or {@link #ENDLESS}
     */
    void show(double done, Supplier<String> text) {
        boolean terminal = console.isTerminal();
        long now = System.nanoTime();
        double between = terminal ? SECONDS_BETWEEN_DRAWINGS : SECONDS_BETWEEN_LINES;
        if (shown && done < 1 && (now - last) / 1e9 < between) {
            return;
        }
        shown = true;
        last = now;
        if (terminal) {
            console.progress(bar(done) + text.get());
        } else {
            console.line(text.get());
        }
    }

    private static String bar(double done) {
        if (done == ENDLESS) {
            return "";
        }
        int full = (int) Math.round(BAR * done);
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] ";
    }

    /** Formats a duration in hours, minutes and seconds, as far as needed. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole >= 3600) {
            return whole / 3600 + " h " + whole % 3600 / 60 + " min";
        }
        return whole >= 60 ? whole / 60 + " min " + whole % 60 + " s" : whole + " s";
    }
}
