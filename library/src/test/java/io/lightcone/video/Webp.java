// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what an animated WebP says of itself. */
final class Webp {
    private Webp() {}

    /** Returns how long it plays; frames that are alike may be one. */
    static int milliseconds(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int sum = 0;
        for (int at = 12; at < bytes.capacity(); at += 8 + (bytes.getInt(at + 4) + 1) / 2 * 2) {
            if (new String(bytes.array(), at, 4, StandardCharsets.US_ASCII).equals("ANMF")) {
                sum += bytes.getInt(at + 20) & 0xFFFFFF;
            }
        }
        return sum;
    }
}
