// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes an AVI file with one second of silence and no pictures, byte by byte. */
final class SoundFile {
    private SoundFile() {}

    static Path write(Path file) throws IOException {
        byte[] mainHeader = chunk("avih", buffer(56).putInt(0, 1_000_000).putInt(24, 1));
        ByteBuffer stream = buffer(56).put("auds".getBytes(StandardCharsets.US_ASCII));
        stream.putInt(20, 1).putInt(24, 8000).putInt(32, 8000).putInt(44, 1);
        ByteBuffer sound =
                buffer(16).putShort((short) 1).putShort((short) 1).putInt(8000).putInt(8000);
        sound.putShort((short) 1).putShort((short) 8);
        byte[] streamList = list("strl", join(chunk("strh", stream), chunk("strf", sound)));
        byte[] header = list("hdrl", join(mainHeader, streamList));
        byte[] data = list("movi", chunk("00wb", buffer(8000)));
        byte[] body = join("AVI ".getBytes(StandardCharsets.US_ASCII), join(header, data));
        return Files.write(file, chunk("RIFF", ByteBuffer.wrap(body)));
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] chunk(String name, ByteBuffer content) {
        return buffer(8 + content.capacity())
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .putInt(content.capacity())
                .put(content.rewind())
                .array();
    }

    private static byte[] list(String name, byte[] content) {
        return chunk("LIST", ByteBuffer.wrap(join(name.getBytes(StandardCharsets.US_ASCII), content)));
    }

    private static byte[] join(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
