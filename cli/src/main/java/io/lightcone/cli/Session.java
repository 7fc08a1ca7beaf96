// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * What every command of one command line shares.
 *
 * @param out standard output, for what another program may read
 * @param console standard error, for people
 * @param interrupts Ctrl-C
 * @param arguments what was typed after {@code lightcone}
 */
record Session(PrintWriter out, Console console, Interrupts interrupts, List<String> arguments) {
    /** The whole command line, to be kept with what it makes. */
    String commandLine() {
        return "lightcone " + String.join(" ", arguments);
    }
}
