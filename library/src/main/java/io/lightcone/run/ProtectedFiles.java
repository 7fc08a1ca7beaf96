// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.FileTrouble;
import io.lightcone.RealPaths;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Protects files that are read, or were written before, from being overwritten by new output: by another name, through
 * a link, or in letters of another case where a file system does not tell them apart. Each comes with the name of the
 * setting that a message shall call it by.
 */
public final class ProtectedFiles {
    private final List<Named> files = new ArrayList<>();
    private @Nullable Path run;

    /** A file together with the setting that names it. */
    private record Named(String setting, Path file) {}

    /**
     * Adds a file or folder that is read.
     *
     * @param setting the setting that names it
     * @param file the file, or null for none
     */
    public ProtectedFiles file(String setting, @Nullable Path file) {
        if (file != null) {
            files.add(new Named(setting, file));
        }
        return this;
    }

    /** Adds files that one setting names together. */
    public ProtectedFiles files(String setting, List<Path> named) {
        named.forEach(file -> file(setting, file));
        return this;
    }

    /** Adds a run, with all the files that it has written into its folder. */
    public ProtectedFiles run(Path folder) {
        run = folder;
        return this;
    }

    /**
     * Requires, before anything is written, that {@code output} is none of these files.
     *
     * @param setting the setting that names {@code output}
     * @throws UserException if it is one of them
     */
    public void requireNotOverwrittenBy(String setting, Path output) {
        for (Named source : files) {
            if (isSame(output, source.file)) {
                throw new UserException(setting + " names the same file as " + source.setting + ", " + output
                        + ", which would be lost; choose another name");
            }
        }
        if (run != null && belongsToRun(output, run)) {
            throw new UserException(output + " belongs to the run " + run + " itself; choose another " + setting);
        }
    }

    /**
     * Requires, before a run writes anything, that none of these files lies where it writes.
     *
     * @param folder folder of the run, whether it exists or not
     * @throws UserException if one does
     */
    public void requireNotOverwrittenByRun(Path folder) {
        for (Named source : files) {
            if (belongsToRun(source.file, folder)) {
                throw new UserException(source.setting + " names " + source.file + ", where the run " + folder
                        + " keeps what it writes; choose another place for one of them");
            }
        }
    }

    /** Returns whether both names are of one file, whether it exists or not. */
    private static boolean isSame(Path one, Path other) {
        try {
            boolean both = Files.exists(one) && Files.exists(other);
            return both ? Files.isSameFile(one, other) : RealPaths.of(one).equals(RealPaths.of(other));
        } catch (IOException e) {
            throw new UserException(one + " cannot be looked at: " + FileTrouble.reason(e, one), e);
        }
    }

    /** Returns whether the run has a file of its own in that place, or would have if it were there. */
    private static boolean belongsToRun(Path output, Path run) {
        Path folder = RealPaths.of(run);
        Path place = RealPaths.of(output);
        return place.equals(folder)
                || (place.startsWith(folder)
                        && RunFolder.isOwn(folder.relativize(place).getName(0).toString()))
                || isHardLinkIntoRun(output, folder);
    }

    private static boolean isHardLinkIntoRun(Path output, Path folder) {
        if (!Files.isRegularFile(output) || !Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.filter(each -> RunFolder.isOwn(each.getFileName().toString()) && Files.isRegularFile(each))
                    .anyMatch(own -> isSame(output, own));
        } catch (IOException e) {
            throw new UserException(folder + " cannot be looked at: " + FileTrouble.reason(e, folder), e);
        }
    }
}
