// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Tells how much space there is on a disk, and in words how much something takes. */
final class DiskFiles {
    private DiskFiles() {}

    /**
     * Returns how many bytes can still be written below {@code folder}; {@code Long.MAX_VALUE} where the system does
     * not say.
     */
    static long usableBytes(Path folder) {
        try {
            FileStore store = Files.getFileStore(folder);
            return store.getTotalSpace() > 0 ? store.getUsableSpace() : Long.MAX_VALUE;
        } catch (IOException | UnsupportedOperationException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Returns {@code bytes} in a readable unit, rounded up: "12 MB". */
    static String size(long bytes) {
        if (bytes < 1_000_000) {
            return (bytes + 999) / 1000 + " kB";
        }
        if (bytes < 10_000_000_000L) {
            return (bytes + 999_999) / 1_000_000 + " MB";
        }
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
