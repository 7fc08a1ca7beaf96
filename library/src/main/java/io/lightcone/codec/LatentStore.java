// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of records of one size, each found by a key, to which records are added and from which none is ever removed.
 * It is two files: {@code NAME.latents} with the records, one after the other, and {@code NAME.keys} with the key and
 * the checksum of each. A record is written before its key, so that a crash leaves records without a key, which are
 * overwritten, but no key without a record; whatever is damaged is as if it were not there. Several threads may use it.
 * One process at a time adds to it; others read what is there when they open it.
 *
 * <p>It is a cache: where it cannot be written, because the disk is full or others own the folder, it keeps what it
 * has and takes nothing more.
 */
final class LatentStore implements AutoCloseable {
    /** The part of a disk that is left free. */
    private static final long SPARE_BYTES = 1L << 30;

    private static final int ENTRY_BYTES = 24;
    private static final int ADDITIONS_PER_CHECK = 256;

    /** The key of a record: 128 bits of a hash. */
    record Key(long high, long low) {}

    private record Entry(long number, int checksum) {}

    private final Path folder;
    private final int numbers;
    private final FileChannel records;
    private final FileChannel keys;
    private final @Nullable FileLock lock;
    private final Map<Key, Entry> entries = new HashMap<>();
    private long count;
    private boolean takes;

    private LatentStore(Path folder, int numbers, FileChannel records, FileChannel keys, @Nullable FileLock lock)
            throws IOException {
        this.folder = folder;
        this.numbers = numbers;
        this.records = records;
        this.keys = keys;
        this.lock = lock;
        this.takes = lock != null;
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
        StandardOpenOption[] options = {StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE};
        FileChannel records = FileChannel.open(folder.resolve(name + ".latents"), options);
        try {
            FileChannel keys = FileChannel.open(folder.resolve(name + ".keys"), options);
            try {
                return new LatentStore(folder, numbers, records, keys, lock(keys));
            } catch (IOException | RuntimeException e) {
                keys.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            records.close();
            throw e;
        }
    }

    /** Returns the right to add records, or null if somebody else has it. */
    private static @Nullable FileLock lock(FileChannel keys) throws IOException {
        try {
            return keys.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // somebody else in this process
        }
    }

    private int recordBytes() {
        return Math.multiplyExact(numbers, Float.BYTES);
    }

    private void readKeys() throws IOException {
        count = Math.min(keys.size() / ENTRY_BYTES, records.size() / recordBytes());
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(count * ENTRY_BYTES));
        readFully(keys, all, 0);
        for (long number = 0; number < count; number++) {
            Key key = new Key(all.getLong(), all.getLong());
            entries.put(key, new Entry(number, all.getInt()));
            all.getInt();
        }
    }

    /** Returns the record under a key; null if there is none, or it is damaged. */
    float @Nullable [] find(Key key) {
        Entry entry;
        synchronized (this) {
            entry = entries.get(key);
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
        if (!takes || isWhole(key)) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(recordBytes()).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(record);
        int checksum = checksum(bytes);
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        entry.putLong(key.high).putLong(key.low).putInt(checksum).putInt(0).flip();
        try {
            if (count % ADDITIONS_PER_CHECK == 0
                    && Files.getFileStore(folder).getUsableSpace()
                            < SPARE_BYTES + (long) ADDITIONS_PER_CHECK * recordBytes()) {
                takes = false;
                return;
            }
            writeFully(records, bytes, count * recordBytes());
            writeFully(keys, entry, count * ENTRY_BYTES);
            entries.put(key, new Entry(count++, checksum));
        } catch (IOException e) {
            takes = false;
        }
    }

    /** Returns whether there is such a record that is not damaged; a damaged one is added anew. */
    private boolean isWhole(Key key) {
        return entries.containsKey(key) && find(key) != null;
    }

    /** Returns how many records there are. */
    synchronized long size() {
        return entries.size();
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
        try (records;
                keys;
                FileLock own = lock) {
            takes = false;
        } catch (IOException e) {
            takes = false; // what was written is there, or is as if it were not
        }
    }
}
