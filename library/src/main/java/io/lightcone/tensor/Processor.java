// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells what the operating system knows of the processor. libtorch and oneDNN ask the processor itself, and a virtual
 * machine that hides its cores and caches from programs leads them astray: to one thread on two cores, and to a
 * division by the size of a cache.
 */
public final class Processor {
    /** What Linux shows of its processes and devices. */
    private static final Path LINUX = Path.of("/");

    /** The names of such instructions on x86 and on ARM. */
    private static final Set<String> BFLOAT16 = Set.of("avx512_bf16", "amx_bf16", "bf16");

    private static final boolean HIDES_CACHES = isX86() && hidesCaches(LINUX);

    private Processor() {}

    /** Returns the name of the processor as the system tells it, or that of its architecture. */
    public static String name() {
        return value(LINUX.resolve("proc/cpuinfo"), "model name").orElseGet(Processor::architecture);
    }

    private static String architecture() {
        String windows = System.getenv("PROCESSOR_IDENTIFIER");
        return windows != null ? windows : System.getProperty("os.arch");
    }

    /**
     * Returns the number of threads that are of use here: the cores that this process may use, or fewer where a
     * container gives it less time. Two threads of a core count as one.
     *
     * @param unknown what to take for the number of cores where the system does not tell
     */
    static int usefulThreads(int unknown) {
        return Math.min(cores(LINUX).orElse(unknown), Runtime.getRuntime().availableProcessors());
    }

    /** Returns how many different cores this process may use by what Linux shows in {@code root}. */
    static OptionalInt cores(Path root) {
        Set<String> cores = new HashSet<>();
        try {
            String allowed =
                    value(root.resolve("proc/self/status"), "Cpus_allowed_list").orElse("");
            for (String range : allowed.split(",", -1)) {
                String[] ends = range.strip().split("-", -1);
                int last = Integer.parseInt(ends[ends.length - 1]);
                for (int cpu = Integer.parseInt(ends[0]); cpu <= last; cpu++) {
                    threadsOfCore(root, cpu).ifPresent(cores::add);
                }
            }
        } catch (NumberFormatException e) {
            return OptionalInt.empty(); // another system
        }
        return cores.isEmpty() ? OptionalInt.empty() : OptionalInt.of(cores.size());
    }

    /**
     * Returns the processors of the core that {@code cpu} belongs to, as Linux lists them; nothing of one that is only
     * possible, or switched off, which a process may be allowed to use too.
     */
    private static Optional<String> threadsOfCore(Path root, int cpu) {
        Path file = root.resolve("sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns whether this is a processor of the x86 family that is known to hide its caches; only Linux shows it. */
    static boolean hidesCaches() {
        return HIDES_CACHES;
    }

    /** Returns whether this processor has instructions that multiply bfloat16; only Linux shows it. */
    public static boolean multipliesBfloat16() {
        return multipliesBfloat16(LINUX);
    }

    static boolean multipliesBfloat16(Path root) {
        Path file = root.resolve("proc/cpuinfo");
        String has = value(file, "flags").or(() -> value(file, "Features")).orElse("");
        return List.of(has.split(" ", -1)).stream().anyMatch(BFLOAT16::contains);
    }

    private static boolean isX86() {
        return Set.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    }

    /** Linux lists the caches of a processor by what that says of itself, as libraries do. */
    static boolean hidesCaches(Path root) {
        Path first = root.resolve("sys/devices/system/cpu/cpu0");
        return Files.isDirectory(first) && !Files.exists(first.resolve("cache/index0"));
    }

    /** Returns what a file of lines {@code key: value} says of a key first. */
    private static Optional<String> value(Path file, String key) {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
