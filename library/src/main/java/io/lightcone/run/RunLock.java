// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A lock is the right to write to a run, which one writer has at a time. The operating system holds it, by a lock on
 * the file {@code .lock} in the run's folder, so it ends with the process however that ends; the file stays, and means
 * nothing by itself. Where a file system has no locks, writers are not kept apart.
 */
public final class RunLock implements AutoCloseable {
    static final String FILE = ".lock";

    /**
     * The runs that this process writes to. They are remembered here, because on POSIX systems a process that opens and
     * closes a file once more loses the locks that it has on it.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path run;
    private final FileChannel channel;

    private RunLock(Path run, FileChannel channel) {
        this.run = run;
        this.channel = channel;
    }

    /**
     * Takes the right to write to the run at {@code folder}.
     *
     * @throws UserException if somebody else has it, or the folder cannot be written
     */
    public static synchronized RunLock take(Path folder) {
        try {
            if (HELD.contains(folder.toRealPath())) { // and must not be opened again only to say so
                throw new UserException("run " + folder + " is being trained by this program already");
            }
            RunLock lock = attempt(folder);
            if (lock == null) {
                throw new UserException("run " + folder + " is being trained by another process" + holder(folder)
                        + "; wait for it or stop it, or choose another folder");
            }
            return lock;
        } catch (IOException e) {
            throw new UserException("run " + folder + " cannot be written: " + FileTrouble.reason(e, folder), e);
        }
    }

    /** Takes the right to write to the run at {@code folder}, or returns null if somebody else has it. */
    static synchronized @Nullable RunLock attempt(Path folder) throws IOException {
        Path run = folder.toRealPath();
        if (HELD.contains(run)) {
            return null;
        }
        FileChannel channel = FileChannel.open(
                run.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            return null;
        }
        HELD.add(run);
        sign(channel);
        return new RunLock(run, channel);
    }

    private static boolean locked(FileChannel channel) {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            return true; // there are no locks here
        }
    }

    /** Writes into the file whose lock it is, for the message to others. */
    private static void sign(FileChannel channel) {
        try {
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(
                            String.valueOf(ProcessHandle.current().pid()).getBytes(UTF_8)),
                    0);
        } catch (IOException | UnsupportedOperationException e) {
            // A full disk may keep a message short, but not a run from continuing.
        }
    }

    private static String holder(Path folder) {
        try {
            String pid = Files.readString(folder.resolve(FILE)).strip();
            return pid.matches("\\d{1,18}") ? " (number " + pid + ")" : "";
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        synchronized (RunLock.class) {
            if (!channel.isOpen()) {
                return; // closed before; who has the right now is somebody else
            }
            HELD.remove(run);
            try {
                channel.close();
            } catch (IOException e) {
                // Whatever keeps it from being closed, the lock ends with the process at the latest.
            }
        }
    }
}
