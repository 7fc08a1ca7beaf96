// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of records of one size, each found by a key, to which records are added and from which none is ever removed.
 * It is two files: {@code NAME.latents} with the records, one after the other, and {@code NAME.keys} with the key and
 * the checksum of each. A record is written before its key, so that a crash leaves records without a key, which are
 * overwritten, but no key without a record; whatever is damaged is as if it were not there. Several threads may use it.
 * One process at a time adds to it; others look now and then for what it has added, and take over when it has ended.
 *
 * <p>It is a cache: where it cannot be written, because the disk is nearly full or others own the folder, it keeps what
 * it has and takes nothing more.
 */
final class LatentStore implements AutoCloseable {
    /** The part of a disk that is left free, for checkpoints among other things. */
    private static final long SPARE_BYTES = 5L << 30;

    /** The most bytes of the records of one store. */
    private static final long MOST_BYTES = 20L << 30;

    /** Stores that nobody has opened for so long are deleted. */
    private static final Duration FORGOTTEN = Duration.ofDays(30);

    private static final long REFRESH_NANOSECONDS = 5_000_000_000L;
    private static final int ENTRY_BYTES = 24;
    private static final int ADDITIONS_PER_CHECK = 64;
    private static final String RECORDS = ".latents";
    private static final String KEYS = ".keys";

    /**
     * The stores that are open in this process, by their files. Each is open once, for the system drops a process's
     * lock on a file as soon as it closes any channel to it.
     */
    private static final Map<Path, LatentStore> OPEN = new HashMap<>();

    /** The key of a record: 128 bits of a hash. */
    record Key(long high, long low) {}

    private record Entry(long number, int checksum) {}

    private final Path place;
    private final int numbers;
    private final FileChannel records;
    private final FileChannel keys;
    private final Map<Key, Entry> entries = new HashMap<>();
    private @Nullable FileLock lock;
    private int users = 1;
    private long count;
    private long added;
    private long refreshed = System.nanoTime();
    private boolean isFull;

    private LatentStore(Path place, int numbers, FileChannel records, FileChannel keys) throws IOException {
        this.place = place;
        this.numbers = numbers;
        this.records = records;
        this.keys = keys;
        this.lock = keys.tryLock();
        readKeys();
    }

    /**
     * Opens a store, or begins it.
     *
     * @param folder of its files, which is created if need be
     * @param name of its files, which must say all that its records depend on besides the key
     * @param numbers float32 numbers of a record
     * @throws IOException if there is none and it cannot be begun
     */
    static LatentStore open(Path folder, String name, int numbers) throws IOException {
        Files.createDirectories(folder);
        synchronized (OPEN) {
            Path place = folder.toRealPath().resolve(name);
            LatentStore known = OPEN.get(place);
            if (known != null) {
                known.users++;
                return known;
            }
            sweep(folder);
            LatentStore opened = opened(place, numbers);
            OPEN.put(place, opened);
            return opened;
        }
    }

    private static LatentStore opened(Path place, int numbers) throws IOException {
        StandardOpenOption[] options = {StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE};
        FileChannel records = FileChannel.open(file(place, RECORDS), options);
        try {
            FileChannel keys = FileChannel.open(file(place, KEYS), options);
            try {
                Files.setLastModifiedTime(file(place, KEYS), FileTime.from(Instant.now()));
                return new LatentStore(place, numbers, records, keys);
            } catch (IOException | RuntimeException e) {
                keys.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            records.close();
            throw e;
        }
    }

    private static Path file(Path place, String ending) {
        return place.resolveSibling(place.getFileName() + ending);
    }

    /** Deletes stores that have not been opened for long, as those of codecs that were trained further since. */
    private static void sweep(Path folder) {
        Instant oldest = Instant.now().minus(FORGOTTEN);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + KEYS)) {
            for (Path each : files) {
                if (Files.getLastModifiedTime(each).toInstant().isBefore(oldest)) {
                    String name = each.getFileName().toString();
                    Files.deleteIfExists(
                            each.resolveSibling(name.substring(0, name.length() - KEYS.length()) + RECORDS));
                    Files.deleteIfExists(each);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // What is old takes room, and no more than that.
        }
    }

    private int recordBytes() {
        return Math.multiplyExact(numbers, Float.BYTES);
    }

    /** Reads the keys that are new since it was called last. */
    private void readKeys() throws IOException {
        long whole = Math.min(keys.size() / ENTRY_BYTES, records.size() / recordBytes());
        if (whole <= count) {
            return;
        }
        ByteBuffer added = ByteBuffer.allocate(Math.toIntExact((whole - count) * ENTRY_BYTES));
        readFully(keys, added, count * ENTRY_BYTES);
        for (; count < whole; count++) {
            Key key = new Key(added.getLong(), added.getLong());
            entries.put(key, new Entry(count, added.getInt()));
            added.getInt();
        }
    }

    /** Looks for what another process has added, and takes over from it if it has ended. */
    private void refresh() {
        if (lock != null || System.nanoTime() - refreshed < REFRESH_NANOSECONDS) {
            return;
        }
        refreshed = System.nanoTime();
        try {
            lock = keys.tryLock();
            readKeys();
        } catch (IOException e) {
            isFull = true;
        }
    }

    /** Returns the record under a key; null if there is none, or it is damaged. */
    float @Nullable [] find(Key key) {
        Entry entry;
        synchronized (this) {
            entry = entries.get(key);
            if (entry == null) {
                refresh();
                entry = entries.get(key);
            }
        }
        if (entry == null) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(recordBytes()).order(ByteOrder.LITTLE_ENDIAN);
        try {
            readFully(records, bytes, entry.number * recordBytes());
        } catch (IOException e) {
            return null;
        }
        if (checksum(bytes) != entry.checksum) {
            return null;
        }
        float[] record = new float[numbers];
        bytes.asFloatBuffer().get(record);
        return record;
    }

    /** Adds a record, unless it is there already or this store takes none. */
    synchronized void add(Key key, float[] record) {
        if (lock == null || isFull || isWhole(key)) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(recordBytes()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(record);
        int checksum = checksum(bytes);
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        entry.putLong(key.high).putLong(key.low).putInt(checksum).putInt(0).flip();
        try {
            if (!hasRoom()) {
                isFull = true;
                return;
            }
            writeFully(records, bytes, count * recordBytes());
            writeFully(keys, entry, count * ENTRY_BYTES);
            entries.put(key, new Entry(count++, checksum));
            added++;
        } catch (IOException e) {
            isFull = true;
        }
    }

    private boolean hasRoom() throws IOException {
        if (added % ADDITIONS_PER_CHECK != 0) {
            return true;
        }
        long next = (long) ADDITIONS_PER_CHECK * recordBytes();
        FileStore disk = Files.getFileStore(place.getParent());
        boolean isTold = disk.getTotalSpace() > 0; // some file systems do not say
        return count * recordBytes() + next < MOST_BYTES && (!isTold || disk.getUsableSpace() > SPARE_BYTES + next);
    }

    /** Returns whether there is such a record that is not damaged; a damaged one is added anew. */
    private boolean isWhole(Key key) {
        return entries.containsKey(key) && find(key) != null;
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().rewind());
        return (int) checksum.getValue();
    }

    private static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at);
            if (read < 0) {
                throw new IOException("it is cut short");
            }
            at += read;
        }
        buffer.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += channel.write(buffer, at);
        }
    }

    @Override
    public void close() {
        synchronized (OPEN) {
            if (--users > 0) {
                return;
            }
            OPEN.remove(place, this);
        }
        try (records;
                keys) {
            synchronized (this) {
                isFull = true;
                if (lock != null) {
                    lock.release();
                }
            }
        } catch (IOException e) {
            // What was written is there, or is as if it were not.
        }
    }
}
