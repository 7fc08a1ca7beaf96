// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Checks whether a video file has all the bytes that its own outermost structure promises. This finds an interrupted
 * copy or download without decoding: MP4 and MOV are a row of boxes, AVI of RIFF chunks, and Matroska and WebM one
 * segment, all with their lengths in front; a GIF and a PNG have a mark at their end. Writers get these lengths wrong
 * at times, so a promise that is not kept is a reason to doubt and not to refuse.
 */
final class FileStructure {
    private static final long EBML = 0x1A45DFA3L;
    private static final long SEGMENT = 0x18538067L;
    private static final long PNG = 0x89504E47L;
    private static final int PNG_END = 0x49454E44; // "IEND"
    private static final Set<String> FIRST_BOXES =
            Set.of("ftyp", "styp", "moov", "mdat", "moof", "free", "skip", "wide", "pnot", "uuid", "sidx");
    private static final Set<String> BOXES_OF_PICTURES = Set.of("moov", "mdat", "moof");

    private FileStructure() {}

    /**
     * Returns true if bytes are missing at the end; false if none are, or if the file does not say how long it should
     * be.
     */
    static boolean isTruncated(Path file) {
        try (FileBytes in = new FileBytes(file)) {
            if (in.length() < 16) {
                return false;
            }
            String text = new String(in.read(16).array(), StandardCharsets.ISO_8859_1);
            in.seek(0);
            if (text.startsWith("GIF8")) {
                return GifPictures.of(file).filter(gif -> !gif.ended()).isPresent();
            } else if (text.startsWith("RIFF")) {
                return riff(in);
            }
            long mark = in.readInt() & 0xFFFFFFFFL;
            if (mark == EBML) {
                return matroska(in);
            } else if (mark == PNG) {
                return png(in);
            }
            return FIRST_BOXES.contains(text.substring(4, 8)) && boxes(in);
        } catch (IOException e) {
            return false; // decoding the file fails in the same way, and reports it better
        }
    }

    /** Returns whether a file is a WebP of several pictures: FFmpeg opens these, and then cannot decode them. */
    static boolean isAnimatedWebp(Path file) throws IOException {
        byte[] head = new byte[21];
        try (InputStream in = Files.newInputStream(file)) {
            int read = in.readNBytes(head, 0, head.length);
            String text = new String(head, StandardCharsets.ISO_8859_1);
            return read == head.length
                    && text.startsWith("RIFF")
                    && text.startsWith("WEBPVP8X", 8)
                    && (head[20] & 2) != 0;
        }
    }

    private static boolean isBoxName(String name) {
        return name.chars().allMatch(c -> (c >= ' ' && c <= '~') || c == 0xA9);
    }

    private static boolean boxes(FileBytes in) throws IOException {
        long length = in.length();
        long at = 0;
        boolean indexed = false;
        while (at + 16 <= length) {
            in.seek(at);
            long size = in.readInt() & 0xFFFFFFFFL;
            String name = new String(in.read(4).array(), StandardCharsets.ISO_8859_1);
            if (size == 1) {
                size = in.readLong();
            }
            if (size < 8 || !isBoxName(name)) {
                return false; // 0: to the end of the file; anything else: not a box, so nothing is promised
            }
            if (size > length - at) { // after the index, anything but pictures may be whatever was appended
                return !indexed || BOXES_OF_PICTURES.contains(name);
            }
            indexed |= name.equals("moov");
            at += size;
        }
        return false;
    }

    private static boolean png(FileBytes in) throws IOException {
        for (long at = 8; at + 8 <= in.length(); ) { // length, name, content, checksum
            in.seek(at);
            long size = in.readInt() & 0xFFFFFFFFL;
            if (in.readInt() == PNG_END) {
                return false;
            }
            at += 12 + size;
        }
        return true;
    }

    private static boolean riff(FileBytes in) throws IOException {
        long at = 0;
        while (at + 12 <= in.length()) {
            in.seek(at);
            if (in.readInt() != 0x52494646) {
                return false;
            }
            long size = Integer.reverseBytes(in.readInt()) & 0xFFFFFFFFL;
            at += 8 + size + (size & 1);
        }
        return at > in.length() + 1; // the last chunk may lack its byte of padding
    }

    private static boolean matroska(FileBytes in) throws IOException {
        in.seek(4);
        long headSize = vint(in);
        in.seek(in.at() + headSize);
        while (in.at() + 12 <= in.length()) {
            long id = in.readInt() & 0xFFFFFFFFL;
            long size = vint(in);
            if (size < 0) {
                return false; // written live, without a length
            }
            if (id == SEGMENT) {
                return in.at() + size > in.length();
            }
            in.seek(in.at() + size);
        }
        return false;
    }

    /**
     * Reads a length in EBML: the leading zeros of the first byte count the bytes that follow; all ones mean unknown
     * (-1).
     */
    private static long vint(FileBytes in) throws IOException {
        int first = in.readByte();
        int more = Integer.numberOfLeadingZeros(first) - 24;
        if (more > 7) {
            return -1;
        }
        long value = first & (0x7F >> more);
        for (int i = 0; i < more; i++) {
            value = (value << 8) | in.readByte();
        }
        return value == (1L << (7 * (more + 1))) - 1 ? -1 : value;
    }
}
