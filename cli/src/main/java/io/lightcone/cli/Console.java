// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.io.PrintWriter;

/**
 * Writes what a person reads to standard error: lines that stay and, on a terminal, one line of progress below them
 * that is redrawn in place. All messages pass through here, so none is ever glued to the progress. It is safe for
 * several threads: Ctrl-C speaks from its own.
 */
final class Console {
    /**
     * The greatest length of a line of progress: a longer one would wrap on a narrow terminal and could not be drawn
     * over.
     */
    private static final int COLUMNS = 77;
    /**
     * The length of "^C", which the terminal itself shows of Ctrl-C, and which is cleared with the line it stands in.
     */
    private static final int ECHO = 2;

    private final PrintWriter out;
    private final boolean terminal;
    private int drawn;

    Console(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Returns whether standard error goes to a terminal. The JVM cannot tell (since Java 22 it has a console in a pipe
     * too); the launcher can, and says so. Without its word, plain lines are the safe choice.
     */
    static boolean somebodyWatches() {
        return Boolean.getBoolean("lightcone.terminal");
    }

    /**
     * Returns whether {@link #progress} draws in place; otherwise progress is better reported as a line now and then.
     */
    boolean isTerminal() {
        return terminal;
    }

    /** Prints a line, in place of the line of progress if there is one. */
    synchronized void line(String text) {
        if (drawn > 0) {
            out.print("\r" + " ".repeat(drawn + ECHO) + "\r");
            drawn = 0;
        }
        out.println(text);
        out.flush();
    }

    /** Draws the line of progress in place of the one before. */
    synchronized void progress(String text) {
        String line = text.substring(0, Math.min(COLUMNS, text.length()));
        int rest = drawn == 0 ? 0 : Math.max(0, drawn + ECHO - line.length());
        out.print("\r" + line + " ".repeat(rest));
        out.flush();
        drawn = line.length();
    }
}
