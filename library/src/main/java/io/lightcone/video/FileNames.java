// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Gives the names of files byte for byte. Outside Windows a name is a sequence of bytes, which need be no text in the
 * encoding of the locale: as a string it has lost what that encoding cannot express, and two names may have become one.
 * A path still knows its bytes, and its URI has them.
 */
public final class FileNames {
    private static final int HEX = 16;

    private FileNames() {}

    /**
     * Returns the whole name of {@code file} as C libraries take it, after {@code prefix} and before a zero: in UTF-8
     * on Windows.
     */
    static byte[] bytes(String prefix, Path file) {
        Path whole = file.toAbsolutePath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(prefix.getBytes(StandardCharsets.UTF_8));
        if (File.separatorChar == '/') {
            bytes.writeBytes(decoded(whole.toUri()));
        } else {
            bytes.writeBytes(whole.toString().getBytes(StandardCharsets.UTF_8));
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    /**
     * Returns the bytes of the path of {@code uri}, in which every byte that is not plain is a percent sign and two
     * digits.
     */
    private static byte[] decoded(URI uri) {
        String path = uri.getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '%') {
                bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), HEX));
                i += 2;
            } else {
                bytes.write(path.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    /** Returns a text that differs for every file, in English letters only: for keys, not for people. */
    public static String key(Path file) {
        return file.toAbsolutePath().toUri().toString();
    }
}
