// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes .npz files for the tests, as NumPy does. */
final class NpzWriter {
    private final Map<String, byte[]> arrays = new LinkedHashMap<>();

    /** Adds an array of any header, right or wrong. */
    NpzWriter array(String name, int version, String header, byte[] values) {
        byte[] text = (header + " ".repeat(63 - (header.length() + 10) % 64) + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer begin = ByteBuffer.allocate(version == 1 ? 10 : 12).order(ByteOrder.LITTLE_ENDIAN);
        begin.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        begin.put((byte) version).put((byte) 0);
        if (version == 1) {
            begin.putShort((short) text.length);
        } else {
            begin.putInt(text.length);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(begin.array());
        all.writeBytes(text);
        all.writeBytes(values);
        arrays.put(name + ".npy", all.toByteArray());
        return this;
    }

    NpzWriter array(String name, String type, String shape, byte[] values) {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        return array(name, 1, header, values);
    }

    /** Adds text in UTF-32, as NumPy keeps it. */
    NpzWriter texts(String name, String shape, String... texts) {
        int longest = 1;
        for (String text : texts) {
            longest = Math.max(longest, text.codePointCount(0, text.length()));
        }
        ByteBuffer values = ByteBuffer.allocate(4 * longest * texts.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < texts.length; i++) {
            values.position(4 * longest * i);
            texts[i].codePoints().forEach(values::putInt);
        }
        return array(name, "<U" + longest, shape, values.array());
    }

    /** Adds whole numbers of 64 bits. */
    NpzWriter numbers(String name, String shape, long... numbers) {
        ByteBuffer values = ByteBuffer.allocate(8 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long number : numbers) {
            values.putLong(number);
        }
        return array(name, "<i8", shape, values.array());
    }

    void write(Path file, boolean compressed) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(compressed ? ZipOutputStream.DEFLATED : ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey());
                CRC32 sum = new CRC32();
                sum.update(array.getValue());
                entry.setSize(array.getValue().length);
                entry.setCrc(sum.getValue());
                zip.putNextEntry(entry);
                zip.write(array.getValue());
                zip.closeEntry();
            }
        }
    }
}
