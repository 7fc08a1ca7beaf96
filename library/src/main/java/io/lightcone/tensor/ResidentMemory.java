// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/** Measures the resident memory of this process. */
public final class ResidentMemory {
    static {
        NativeMemory.allow();
    }

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");
    /** What makes Linux forget the peak when it is written to {@link #CLEAR}. */
    private static final String PEAK = "5";

    private static final Pattern LINE = Pattern.compile("(Vm\\w+):\\s+(\\d+) kB");

    private ResidentMemory() {}

    /** Returns the resident bytes after a garbage collection: how much garbage has piled up before is chance. */
    public static long bytes() {
        System.gc();
        return status("VmRSS").orElseGet(Pointer::physicalBytes);
    }

    /**
     * Returns the most bytes that were resident at once while {@code body} ran, above those that were resident before.
     * What the C library holds free is returned to the system first, so that it counts again where it is used again.
     *
     * @throws UserException if this system does not tell
     */
    public static long growth(Runnable body) {
        System.gc();
        Pointer.trimMemory();
        try {
            Files.writeString(CLEAR, PEAK);
        } catch (IOException e) {
            throw new UserException("the peak of memory can be measured on Linux only, which has " + CLEAR, e);
        }
        long before = bytes();
        body.run();
        return peak() - before;
    }

    private static long peak() {
        return status("VmHWM").orElseThrow(() -> new UserException("there is no peak of memory in " + STATUS));
    }

    /** Returns a value of the process's status in bytes; empty where there is none, as on other systems than Linux. */
    private static OptionalLong status(String name) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                Matcher matcher = LINE.matcher(line);
                if (matcher.matches() && matcher.group(1).equals(name)) {
                    return OptionalLong.of(Long.parseLong(matcher.group(2)) << 10);
                }
            }
        } catch (IOException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }
}
