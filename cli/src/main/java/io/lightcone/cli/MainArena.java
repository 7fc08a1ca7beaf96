// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.NativeMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.bytedeco.javacpp.Pointer;

/**
 * Runs a program in a thread whose memory comes from glibc's main arena. The launcher asks for several arenas, so that
 * workers do not wait for each other's memory; but all arenas other than the main one consist of pieces of 64 MB. A
 * larger block is then mapped anew for every tensor and unmapped after it, which makes steps of large models a third
 * slower where one thread makes all tensors. glibc deals arenas out to threads in turn, and Java's main thread never
 * gets the main one.
 */
final class MainArena {
    static {
        NativeMemory.allow();
    }

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String HEAP = "[heap]";
    /** The most threads to try, several times as many as there are arenas but on very large machines. */
    private static final int MOST = 256;

    private MainArena() {}

    /** Runs {@code program} so if threads have different arenas here, and returns its result. */
    static int run(IntSupplier program) {
        String arenas = System.getenv("MALLOC_ARENA_MAX");
        boolean several = arenas != null && !arenas.equals("1") && Files.isReadable(MAPS);
        return several ? inThread(MainArena::isCurrent, program) : program.getAsInt();
    }

    /**
     * Runs {@code program} in a new thread for which {@code isWanted} holds, or in the calling one if none of many is
     * so, or if that cannot be told. Threads that are not stay until the search has ended, or the next one would get
     * their arena.
     */
    static int inThread(BooleanSupplier isWanted, IntSupplier program) {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        boolean found = false;
        for (int tried = 0; !found && ended.getCount() > 0 && tried < MOST; tried++) {
            CompletableFuture<Boolean> wanted = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                boolean is;
                try {
                    is = isWanted.getAsBoolean();
                } catch (RuntimeException | Error e) { // the program says what is missing, if it needs that
                    ended.countDown();
                    is = false;
                }
                wanted.complete(is);
                if (is) {
                    complete(result, program);
                } else {
                    await(ended);
                }
            });
            thread.setName(Thread.currentThread().getName());
            thread.setDaemon(true); // the calling thread waits for the one that counts
            thread.start();
            found = wanted.join();
        }
        ended.countDown();
        if (!found) {
            return program.getAsInt();
        }
        return result.join();
    }

    private static void complete(CompletableFuture<Integer> result, IntSupplier program) {
        try {
            result.complete(program.getAsInt());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether memory of the calling thread lies in the segment that the main arena alone uses. */
    private static boolean isCurrent() {
        Pointer block = Pointer.malloc(64);
        try {
            return contains(Files.readString(MAPS), block.address());
        } catch (IOException e) {
            return false;
        } finally {
            Pointer.free(block);
        }
    }

    /** Returns whether an address lies in the heap of a process with that list of segments. */
    static boolean contains(String maps, long address) {
        return maps.lines().filter(line -> line.endsWith(HEAP)).anyMatch(line -> {
            String[] bounds = line.substring(0, line.indexOf(' ')).split("-", 2);
            long from = Long.parseUnsignedLong(bounds[0], 16);
            long to = Long.parseUnsignedLong(bounds[1], 16);
            return Long.compareUnsigned(address, from) >= 0 && Long.compareUnsigned(address, to) < 0;
        });
    }
}
