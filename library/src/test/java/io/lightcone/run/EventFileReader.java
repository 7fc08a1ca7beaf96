// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads event files without using any of the code that writes them, not even its CRC. */
final class EventFileReader {
    record Image(String tag, long height, long width, long colorspace, String bytes) {}

    record Event(
            double wallTime,
            long step,
            String fileVersion,
            long sessionStatus,
            Map<String, Float> scalars,
            List<Image> images) {}

    private EventFileReader() {}

    static List<Event> read(byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(crc32c(length)));
            byte[] data = new byte[(int) buffer(length).getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(crc32c(data)));
            events.add(event(data));
        }
        return events;
    }

    private static Event event(byte[] data) {
        Map<Integer, List<Object>> fields = fields(data);
        Map<String, Float> scalars = new LinkedHashMap<>();
        List<Image> images = new ArrayList<>();
        for (Object summary : all(fields, 5)) {
            for (Object value : all(fields((byte[]) summary), 1)) {
                Map<Integer, List<Object>> parts = fields((byte[]) value);
                String tag = text(all(parts, 1).get(0));
                all(parts, 2).forEach(scalar -> scalars.put(tag, Float.intBitsToFloat((Integer) scalar)));
                for (Object image : all(parts, 4)) {
                    Map<Integer, List<Object>> i = fields((byte[]) image);
                    images.add(new Image(
                            tag,
                            number(i, 1),
                            number(i, 2),
                            number(i, 3),
                            text(all(i, 4).get(0))));
                }
            }
        }
        long session = all(fields, 7).isEmpty()
                ? 0
                : number(fields((byte[]) all(fields, 7).get(0)), 1);
        String version = all(fields, 3).isEmpty() ? "" : text(all(fields, 3).get(0));
        double wallTime = Double.longBitsToDouble((Long) all(fields, 1).get(0));
        return new Event(wallTime, number(fields, 2), version, session, scalars, images);
    }

    /** Returns the fields of a message: whole numbers of any kind as Long or Integer (fixed32), all else as bytes. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        ByteBuffer in = buffer(message);
        Map<Integer, List<Object>> fields = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            long key = varint(in);
            Object value = switch ((int) (key & 7)) {
                case 0 -> varint(in);
                case 1 -> in.getLong();
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    yield bytes;
                }
                case 5 -> in.getInt();
                default -> throw new AssertionError("unknown wire type in " + key);
            };
            fields.computeIfAbsent((int) (key >>> 3), k -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    private static List<Object> all(Map<Integer, List<Object>> fields, int field) {
        return fields.getOrDefault(field, List.of());
    }

    private static long number(Map<Integer, List<Object>> fields, int field) {
        return (Long) all(fields, field).get(0);
    }

    private static String text(Object bytes) {
        return new String((byte[]) bytes, UTF_8);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Computes Castagnoli's CRC bit by bit. */
    private static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) != 0 ? 0x82f63b78 : 0);
            }
        }
        return ~crc;
    }

    private static int masked(int crc) {
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
}
