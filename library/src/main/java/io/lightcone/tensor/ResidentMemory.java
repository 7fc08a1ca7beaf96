// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/** Measures the resident memory of this process. */
public final class ResidentMemory {
    static {
        NativeMemory.allow();
    }

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private ResidentMemory() {}

    /** Returns the resident bytes after a garbage collection: how much garbage has piled up before is chance. */
    public static long bytes() {
        System.gc();
        try {
            for (String line : Files.readAllLines(STATUS)) {
                Matcher matcher = RESIDENT.matcher(line);
                if (matcher.find()) {
                    return Long.parseLong(matcher.group(1)) << 10;
                }
            }
        } catch (IOException e) {
            return Pointer.physicalBytes(); // no such file on this system
        }
        return Pointer.physicalBytes();
    }
}
