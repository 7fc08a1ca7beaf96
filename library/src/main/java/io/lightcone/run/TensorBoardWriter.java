// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lightcone.tensor.ResourceStack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes an event file that TensorBoard reads. The file is a row of records, all numbers little end first:
 *
 * <pre>
 * length of the event (8 bytes) | masked crc of these 8 bytes (4) | event | masked crc of the event (4)
 * masked crc = rotate(crc32c, 15 to the right) + 0xa282ead8
 * </pre>
 *
 * An event is a protocol buffer ({@code event.proto} and {@code summary.proto} of TensorFlow), encoded here by hand.
 * Each record is written at once, so a reader sees whole records. Where TensorBoard's own writer puts the name of the
 * host into the name of the file, this one puts "lightcone".
 */
final class TensorBoardWriter implements AutoCloseable {
    /** The start of the names of event files. */
    static final String NAME = "events.out.tfevents.";

    private static final int RGB = 3;
    private static final int SESSION_START = 1;

    private final FileChannel channel;

    private TensorBoardWriter(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Starts a new file in {@code folder} beside those that are there. TensorBoard drops what they say of {@code
     * firstStep} and later.
     */
    static TensorBoardWriter create(Path folder, long firstStep) throws IOException {
        String name = NAME + System.currentTimeMillis() / 1000 + ".lightcone";
        try (ResourceStack created = new ResourceStack()) {
            TensorBoardWriter writer = created.add(new TensorBoardWriter(open(folder, name)));
            writer.write(event(0).text(3, "brain.Event:2"));
            writer.write(event(firstStep).message(7, new Proto().varint(1, SESSION_START)));
            created.keep();
            return writer;
        }
    }

    /** Opens a new file, with a number in its name if one was created within the same second. */
    private static FileChannel open(Path folder, String name) throws IOException {
        for (int i = 0; ; i++) {
            try {
                Path file = folder.resolve(i == 0 ? name : name + "." + i);
                return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                // Try the next.
            }
        }
    }

    /** Writes one point on each of the curves named by {@code values}. */
    void scalars(long step, Map<String, Double> values) throws IOException {
        Proto summary = new Proto();
        values.forEach(
                (tag, value) -> summary.message(1, new Proto().text(1, tag).single(2, value.floatValue())));
        write(event(step).message(5, summary));
    }

    /** Writes a picture of {@code width} by {@code height} pixels; {@code png} is its file. */
    void image(long step, String tag, int width, int height, byte[] png) throws IOException {
        Proto image =
                new Proto().varint(1, height).varint(2, width).varint(3, RGB).bytes(4, png);
        Proto value = new Proto().text(1, tag).message(4, image);
        write(event(step).message(5, new Proto().message(1, value)));
    }

    private static Proto event(long step) {
        return new Proto().fixed64(1, System.currentTimeMillis() / 1000.0).varint(2, step);
    }

    private void write(Proto event) throws IOException {
        byte[] data = event.toByteArray();
        ByteBuffer record = ByteBuffer.allocate(data.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 0, Long.BYTES)).put(data);
        record.putInt(maskedCrc(data, 0, data.length)).flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    private static int maskedCrc(byte[] bytes, int begin, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, begin, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** A builder of a protocol buffer message: fields one after the other, each with its number and kind before it. */
    private static final class Proto {
        private static final int VARINT = 0;
        private static final int FIXED64 = 1;
        private static final int LENGTH = 2;
        private static final int FIXED32 = 5;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Proto varint(int field, long value) {
            key(field, VARINT);
            rawVarint(value);
            return this;
        }

        Proto fixed64(int field, double value) {
            key(field, FIXED64);
            out.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(value)
                    .array());
            return this;
        }

        Proto single(int field, float value) {
            key(field, FIXED32);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(value)
                    .array());
            return this;
        }

        Proto bytes(int field, byte[] value) {
            key(field, LENGTH);
            rawVarint(value.length);
            out.writeBytes(value);
            return this;
        }

        Proto text(int field, String value) {
            return bytes(field, value.getBytes(UTF_8));
        }

        Proto message(int field, Proto value) {
            return bytes(field, value.toByteArray());
        }

        byte[] toByteArray() {
            return out.toByteArray();
        }

        private void key(int field, int kind) {
            rawVarint(((long) field << 3) | kind);
        }

        /** Writes seven bits a byte, lowest first; the top bit says that more follow. */
        private void rawVarint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
