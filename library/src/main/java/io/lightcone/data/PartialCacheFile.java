// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.RealPaths;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes a cache file under a hidden name of its own, so that any number of processes may decode one video at a time;
 * the frames of the last one, which are the same, stay. The file is locked while it is written, so that {@link #sweep}
 * can distinguish it from what a killed process left. Closing it deletes what was not moved to its place.
 */
final class PartialCacheFile implements AutoCloseable {
    /** The age below which a file is never abandoned: it may have been created just now and be locked in a moment. */
    private static final Duration YOUNG = Duration.ofMinutes(10);

    /**
     * The age above which a file is abandoned where the file system has no locks: its writer would have written to it
     * since.
     */
    private static final Duration OLD = Duration.ofDays(1);

    private static final String PATTERN = ".*.frames.*.partial";

    /** The real paths of the partial files of this process: to open one and close it again would end its lock. */
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private PartialCacheFile(Path path) throws IOException {
        this.path = path;
        channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    /** Begins to write the cache file {@code file}. */
    static PartialCacheFile of(Path file) throws IOException {
        Path path = RealPaths.of(file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".partial"));
        OWN.add(path);
        try {
            PartialCacheFile partial = new PartialCacheFile(path);
            partial.lock();
            return partial;
        } catch (IOException | RuntimeException e) {
            OWN.remove(path);
            throw e;
        }
    }

    private void lock() {
        try {
            channel.tryLock();
        } catch (IOException e) {
            return; // no locks on this file system: sweep goes by the age of the file
        }
    }

    FileChannel channel() {
        return channel;
    }

    /** Moves the complete file into its place. */
    void moveTo(Path file) throws IOException {
        channel.close(); // Windows moves no open file
        Files.move(path, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
            Files.deleteIfExists(path);
        } finally {
            OWN.remove(path);
        }
    }

    /** Deletes the partial cache files of a folder that nobody is writing. */
    static void sweep(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(RealPaths.of(folder), PATTERN)) {
            for (Path file : files) {
                if (!OWN.contains(file) && abandoned(file)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static boolean abandoned(Path file) {
        try {
            Duration age = Duration.between(Files.getLastModifiedTime(file).toInstant(), Instant.now());
            return age.compareTo(YOUNG) > 0 && (unlocked(file) || age.compareTo(OLD) > 0);
        } catch (IOException e) {
            return false; // deleted meanwhile, or not accessible
        }
    }

    private static boolean unlocked(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }
}
