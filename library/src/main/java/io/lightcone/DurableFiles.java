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
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Files that are either as they were or as they are to be, whatever happens meanwhile: a full disk, a crash, a power
 * cut.
 */
public final class DurableFiles {
    private static final AtomicLong COUNTER = new AtomicLong();

    /** Is told of each folder that has been forced, which nothing but a test could tell from one that has not. */
    static volatile Consumer<Path> forced = folder -> {};

    private DurableFiles() {}

    /** Writes what is to be in a file. */
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
     * Makes the names in {@code folder} last through a power cut, where the system can (Windows cannot, and need not).
     *
     * @param folder or null, as what lies above the root of a file system
     */
    public static void forceFolder(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
            forced.accept(folder);
        } catch (IOException e) {
            // This system does not open folders.
        }
    }

    /** Puts {@code content} in the place of {@code file}, as {@link #replace(Path, Content)} does. */
    public static void replace(Path file, byte[] content) throws IOException {
        replace(file, partial -> write(partial, content));
    }

    /**
     * Has {@code content} written beside {@code file}, and then puts it in that place, so that an earlier file stays
     * whole until the new one is; returns once that is on the disk. A link stays one, to the new content.
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

    /** A hidden name beside a file, of no use to any other writer. */
    public static Path partial(Path file) {
        long number = COUNTER.getAndIncrement();
        String name = "." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + number + ".partial";
        return file.resolveSibling(name);
    }

    /**
     * Removes what writers whose process is dead have left of a file under the names of {@link #partial}. It reads the whole
     * folder, so it is for the beginning of work and not for every file.
     */
    public static void sweep(Path file) {
        sweep(file.toAbsolutePath().getParent(), Pattern.quote(String.valueOf(file.getFileName())));
    }

    /**
     * Removes what dead writers have left of the files of a folder whose names match {@code names}, a regular expression. It
     * leaves alone what is being written: a process that has a number again after the writer's death counts as the writer.
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
            // Whoever writes there tells what is wrong with the folder.
        }
    }

    private static boolean isAlive(long process) {
        return ProcessHandle.of(process).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void remove(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            // It is hidden, and whatever kept it from being written is what is told.
        }
    }
}
