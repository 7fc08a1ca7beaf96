// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Computes what tells the files of one codec from those of another: the beginning of their SHA-256. */
final class Checksum {
    /** Hexadecimal digits of a checksum. */
    static final int DIGITS = 16;

    private static final int CHUNK_BYTES = 1 << 20;

    private Checksum() {}

    /**
     * Returns the checksum of the content of files, in their order.
     *
     * @throws UserException if one cannot be read
     */
    static String of(List<Path> files) {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (Path file : files) {
            try (InputStream content = Files.newInputStream(file)) {
                for (int read = content.read(chunk); read >= 0; read = content.read(chunk)) {
                    digest.update(chunk, 0, read);
                }
            } catch (IOException e) {
                throw new UserException(
                        "the codec's file " + file + " cannot be read: " + FileTrouble.reason(e, file), e);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
