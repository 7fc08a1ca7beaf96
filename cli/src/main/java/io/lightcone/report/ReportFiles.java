// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files of a report; what keeps them from being written is told in a sentence. */
final class ReportFiles {
    private ReportFiles() {}

    /**
     * Writes a file or replaces it.
     *
     * @throws UserException if that is not possible
     */
    static void write(Path file, byte[] content) {
        try {
            DurableFiles.replace(file, content);
        } catch (NoSuchFileException e) {
            throw new UserException(file + " cannot be written: its folder does not exist", e);
        } catch (IOException e) {
            throw new UserException(file + " cannot be written: " + FileTrouble.reason(e, file), e);
        }
    }
}
