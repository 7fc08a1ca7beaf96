// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The causal autoencoder that comes with the library, trained on photographs and videos of several kinds. It is a
 * resource of this package and is copied into the cache when it is asked for, since a codec is read from a file. Its
 * content is in the name of the folder of the copy, so that those of different versions do not mix; the file has the
 * same name in all of them, by which a run finds the one that it has kept.
 */
final class BuiltInCodec {
    /** The name by which it is asked for. */
    static final String NAME = "default";

    private static final String FILE = NAME + ".safetensors";
    private static final int IDENTIFYING = 12;

    private BuiltInCodec() {}

    /**
     * Returns the file of the codec, which is written unless it is there.
     *
     * @param cache folder in which what can be made again is kept
     * @throws UserException if it cannot be written
     */
    static Path in(Path cache) {
        byte[] content = content();
        String identity = HexFormat.of().formatHex(Checksum.sha256().digest(content));
        Path file = cache.resolve("codecs")
                .resolve(identity.substring(0, IDENTIFYING))
                .resolve(FILE);
        try {
            if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), content)) {
                Files.createDirectories(file.getParent());
                DurableFiles.replace(file, content);
            }
            return file;
        } catch (IOException e) {
            throw new UserException(
                    "the codec '" + NAME + "' cannot be copied to " + file + ": " + FileTrouble.reason(e, file), e);
        }
    }

    private static byte[] content() {
        try (InputStream in = BuiltInCodec.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IllegalStateException("the codec '" + NAME + "' is part of every build");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("a resource of the library cannot be read", e);
        }
    }
}
