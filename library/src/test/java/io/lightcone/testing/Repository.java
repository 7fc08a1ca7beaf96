// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the folder of this repository, whichever module's tests are running. */
public final class Repository {
    private static final Path ROOT = root();

    private Repository() {}

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("lightcone.cmd"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("the tests run outside of the repository");
            }
        }
        return folder;
    }

    /** Returns the file or folder at {@code path} below the root of the repository. */
    public static Path file(String path) {
        return ROOT.resolve(path);
    }

    /** Returns the file or folder at {@code path} in the folder of real data, which may be missing. */
    public static Path shared(String path) {
        String place =
                System.getProperty("lightcone.shared", System.getenv().getOrDefault("LIGHTCONE_SHARED", "../shared"));
        return ROOT.resolve(place).resolve(path);
    }
}
