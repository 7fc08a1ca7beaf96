// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads the bytes of a file from any position on, whatever its name: a {@link java.io.File} finds only names that are
 * text.
 */
final class FileBytes implements AutoCloseable {
    private final SeekableByteChannel channel;

    FileBytes(Path file) throws IOException {
        channel = Files.newByteChannel(file);
    }

    long length() throws IOException {
        return channel.size();
    }

    /** Returns the position of the next byte to read. */
    long at() throws IOException {
        return channel.position();
    }

    /** Moves to a position, which may lie behind the end. */
    void seek(long place) throws IOException {
        if (place < 0) {
            throw new IOException("a place before the file");
        }
        channel.position(place);
    }

    /** Reads the next {@code count} bytes, in big-endian order where they are a number. */
    ByteBuffer read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    int readByte() throws IOException {
        return read(1).get() & 0xFF;
    }

    int readInt() throws IOException {
        return read(Integer.BYTES).getInt();
    }

    long readLong() throws IOException {
        return read(Long.BYTES).getLong();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
