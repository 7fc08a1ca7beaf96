// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Writes the files of a report, and says in a sentence what keeps one from being written. */
public final class ReportFiles {
    private ReportFiles() {}

    /**
     * Creates a folder for reports, and those above it, unless it is there.
     *
     * @throws UserException if it cannot be created
     */
    public static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserException(folder + " cannot be created: " + FileTrouble.reason(e, folder), e);
        }
    }

    /**
     * Writes a file or replaces it.
     *
     * @throws UserException if it cannot be written
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
