// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

/** Whether somebody is watching. */
final class Terminal {
    private Terminal() {}

    /**
     * Whether standard error goes to a terminal. The JVM cannot tell (since Java 22 it has a console in a pipe too); the
     * launcher can, and says so. Without its word, plain lines are the safe choice.
     */
    static boolean isInteractive() {
        return Boolean.getBoolean("lightcone.terminal");
    }
}
