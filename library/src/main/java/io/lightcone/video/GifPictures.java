// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The pictures of a GIF as its blocks describe them: how long each is shown, and which are whole. FFmpeg does not count
 * them, and shows every picture as long as is written there, where browsers take less than 2/100 s for not set.
 *
 * @param delays of each whole picture, in 1/100 s, as browsers show them
 * @param ended whether the mark of the end is there
 */
record GifPictures(List<Integer> delays, boolean ended) {
    private static final int NOT_SET = 1;
    private static final int USUAL = 10;

    GifPictures {
        delays = List.copyOf(delays);
    }

    /** Returns the pictures of a file; empty if it is no GIF. */
    static Optional<GifPictures> of(Path file) throws IOException {
        List<Integer> delays = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() != 0x47494638) { // "GIF8"
                return Optional.empty();
            }
            in.skipNBytes(6);
            int flags = in.readUnsignedByte();
            in.skipNBytes(2);
            skipPalette(in, flags);
            boolean ended = read(in, delays);
            return Optional.of(new GifPictures(delays, ended));
        } catch (EOFException e) {
            return Optional.of(new GifPictures(delays, false));
        }
    }

    /** Reads all blocks; returns whether they end with the mark of the end. */
    private static boolean read(DataInputStream in, List<Integer> delays) throws IOException {
        int delay = 0;
        while (true) {
            int block = in.readUnsignedByte();
            if (block == 0x2C) { // a picture: place and size, palette, code size, data
                in.skipNBytes(8);
                skipPalette(in, in.readUnsignedByte());
                in.skipNBytes(1);
                skipSubBlocks(in);
                delays.add(delay <= NOT_SET ? USUAL : delay);
                delay = 0;
            } else if (block == 0x21) { // an extension: label, data
                boolean control = in.readUnsignedByte() == 0xF9;
                int size = in.readUnsignedByte();
                byte[] data = new byte[size];
                in.readFully(data);
                if (control && size >= 3) {
                    delay = (data[1] & 255) + 256 * (data[2] & 255);
                }
                if (size > 0) {
                    skipSubBlocks(in);
                }
            } else {
                return block == 0x3B;
            }
        }
    }

    private static void skipPalette(DataInputStream in, int flags) throws IOException {
        if ((flags & 0x80) != 0) {
            in.skipNBytes(3L << ((flags & 7) + 1));
        }
    }

    private static void skipSubBlocks(DataInputStream in) throws IOException {
        for (int size = in.readUnsignedByte(); size != 0; size = in.readUnsignedByte()) {
            in.skipNBytes(size);
        }
    }
}
