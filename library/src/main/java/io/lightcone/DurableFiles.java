// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes files so that each is either as it was or as it is to be, whatever happens meanwhile: a full disk, a crash, a
 * power cut.
 */
public final class DurableFiles {
    private static final AtomicLong COUNTER = new AtomicLong();

    /**
     * Receives each folder that has been forced to disk; only tests set it, because nothing else shows that a folder
     * was forced.
     */
    static volatile Consumer<Path> forced = folder -> {};

    private DurableFiles() {}

    /** Writes the whole content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(Path file) throws IOException;
    }

    /** Writes {@code content} to a new or emptied file, and returns once it is on the disk. */
    public static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /**
     * Forces the names in {@code folder} to disk, so that they outlast a power cut, where the system can (Windows
     * cannot, and need not).
     *
     * @param folder null is ignored: it is the parent of the root of a file system
     */
    public static void forceFolder(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            forced.accept(folder);
        } catch (IOException e) {
            // This system does not open folders, so none can be forced.
        }
    }

    /** Replaces {@code file} by one with these bytes, as {@link #replace(Path, Content)} does. */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, partial -> write(partial, content));
    }

    /**
     * Replaces {@code file}: {@code content} is written beside it and then moved into its place, so that an earlier
     * file stays whole until the new one is. Returns once the new one is on the disk. A symbolic link stays a link, to
     * the new content.
     *
     * @param content writes all of a file, and returns once it is on the disk
     */
    public static void replace(Path file, Content content) throws IOException {
        Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        sweep(target);
        Path partial = partial(target);
        try {
            content.writeTo(partial);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            remove(partial);
        }
        forceFolder(target.getParent());
    }

    /**
     * Returns a hidden name beside {@code file} for a file that is still being written; no other writer gets the same
     * one.
     */
    public static Path partial(Path file) {
        long number = COUNTER.getAndIncrement();
        String name = "." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + number + ".partial";
        return file.resolveSibling(name);
    }

    /**
     * Removes the partial files, named by {@link #partial}, that writers of {@code file} left when their process died.
     * It reads the whole folder, so call it when work begins and not for every file.
     */
    public static void sweep(Path file) {
        sweep(file.toAbsolutePath().getParent(), Pattern.quote(String.valueOf(file.getFileName())));
    }

    /**
     * Removes the partial files that dead processes left of the files of a folder whose names match {@code names}, a
     * regular expression. Files of living processes stay; so do those of a dead one if another process has its number
     * by now.
     */
    public static void sweep(@Nullable Path folder, String names) {
        if (folder == null) {
            return;
        }
        Pattern left = Pattern.compile("\\.(?:" + names + ")\\.(\\d{1,18})-\\d+\\.partial");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                Matcher name = left.matcher(String.valueOf(each.getFileName()));
                if (name.matches() && !isAlive(Long.parseLong(name.group(1)))) {
                    remove(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Writing there fails for the same reason, and reports it.
        }
    }

    /** Deletes {@code folder} and all in it, if it is there. */
    public static void deleteTree(Path folder) throws IOException {
        List<Path> paths = new ArrayList<>();
        if (Files.exists(folder)) {
            try (Stream<Path> tree = Files.walk(folder)) {
                tree.forEach(paths::add);
            }
        }
        Collections.reverse(paths);
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private static boolean isAlive(long process) {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void remove(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            // The file is hidden, and the error that kept it from being written is the one to report.
        }
    }
}
