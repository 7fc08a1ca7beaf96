// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

/** Whether somebody is watching. */
final class Terminal {
    private Terminal() {}

    /**
     * Whether standard error goes to a terminal. The launcher knows and says so; without it, the JVM's own answer counts,
     * which since Java 22 says yes for pipes too unless asked properly.
     */
    static boolean isInteractive() {
        String said = System.getProperty("lightcone.terminal");
        if (said != null) {
            return Boolean.parseBoolean(said);
        }
        return System.console() != null && Runtime.version().feature() < 22;
    }
}
