// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command reads or has written before, so that nothing that it writes takes the place of it: by another name,
 * through a link, or in letters of another size where a file system does not tell them apart.
 */
final class Sources {
    private static final List<String> FOLDERS_OF_RUN = List.of("checkpoints", "samples");
    private static final List<String> FILES_OF_RUN = List.of("config.yaml", "metrics.jsonl");
    private static final String EVENTS_OF_RUN = "events.out.tfevents.";

    private final List<Named> files = new ArrayList<>();
    private @Nullable Path run;

    /** A file and the option that names it. */
    private record Named(String option, Path file) {}

    /** One more file; null for none. */
    Sources file(String option, @Nullable Path file) {
        if (file != null) {
            files.add(new Named(option, file));
        }
        return this;
    }

    /** Some more files, named together. */
    Sources files(String option, List<Path> named) {
        named.forEach(file -> file(option, file));
        return this;
    }

    /** A run, with all that is in its folder. */
    Sources run(Path folder) {
        run = folder;
        return this;
    }

    /**
     * Requires, before anything is written, that {@code output} is none of them.
     *
     * @param option that names it
     * @throws UserException if it is
     */
    void requireSpared(String option, Path output) {
        for (Named source : files) {
            if (isSame(output, source.file)) {
                throw new UserException(option + " names the same file as " + source.option + ", " + output
                        + ", which would be lost; choose another name");
            }
        }
        if (run != null && belongsToRun(output, run)) {
            throw new UserException(output + " belongs to the run " + run + " itself; choose another " + option);
        }
    }

    /** Whether both names are of one file, whether it exists or not. */
    private static boolean isSame(Path one, Path other) {
        try {
            boolean both = Files.exists(one) && Files.exists(other);
            return both ? Files.isSameFile(one, other) : real(one).equals(real(other));
        } catch (IOException e) {
            throw new UserException(one + " cannot be looked at: " + FileTrouble.reason(e, one), e);
        }
    }

    private static boolean belongsToRun(Path output, Path run) {
        try {
            Path folder = real(run);
            Path place = real(output);
            if (!place.startsWith(folder)) {
                return isHardLinkIntoRun(output, folder);
            }
            if (place.equals(folder)) {
                return true;
            }
            String name = folder.relativize(place).getName(0).toString();
            return FOLDERS_OF_RUN.contains(name) || FILES_OF_RUN.contains(name) || name.startsWith(EVENTS_OF_RUN);
        } catch (IOException e) {
            throw new UserException(output + " cannot be looked at: " + FileTrouble.reason(e, output), e);
        }
    }

    private static boolean isHardLinkIntoRun(Path output, Path folder) {
        return FILES_OF_RUN.stream().anyMatch(name -> {
            Path own = folder.resolve(name);
            return Files.exists(own) && isSame(output, own);
        });
    }

    /** The path without links, as far as it exists. */
    private static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        if (Files.exists(absolute)) {
            return absolute.toRealPath();
        }
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        return parent == null || name == null ? absolute : real(parent).resolve(name);
    }
}
