// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.nio.file.Path;

/** Where this program keeps what it can make again. */
final class Places {
    private Places() {}

    /** Decoded videos: {@code $LIGHTCONE_CACHE}, or the user's cache folder. */
    static Path cache() {
        String own = System.getenv("LIGHTCONE_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own);
        }
        String windows = System.getenv("LOCALAPPDATA");
        if (windows != null && !windows.isBlank()) {
            return Path.of(windows, "lightcone", "cache");
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (xdg != null && !xdg.isBlank()) {
            return Path.of(xdg, "lightcone");
        }
        return Path.of(System.getProperty("user.home"), ".cache", "lightcone");
    }
}
