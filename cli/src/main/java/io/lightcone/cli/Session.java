// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * Holds the streams, interrupts and arguments that all commands of one command line share.
 *
 * @param out standard output, for what another program may read
 * @param console standard error, for people
 * @param interrupts Ctrl-C
 * @param arguments what was typed after {@code lightcone}
 */
record Session(PrintWriter out, Console console, Interrupts interrupts, List<String> arguments) {
    /** Returns the whole command line, to be recorded with what it produces. */
    String commandLine() {
        return "lightcone " + String.join(" ", arguments);
    }
}
