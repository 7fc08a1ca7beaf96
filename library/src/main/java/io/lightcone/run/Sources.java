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
 * Keeps files that are read, or were written before, from being written over by what is going to be written: by another
 * name, through a link, or in letters of another size where a file system does not tell them apart. Each comes with the
 * name of the setting that a message shall call it by.
 */
public final class Sources {
    private final List<Named> files = new ArrayList<>();
    private @Nullable Path run;

    /** A file and the setting that names it. */
    private record Named(String setting, Path file) {}

    /**
     * Adds a file or folder that is read.
     *
     * @param setting that names it
     * @param file null for none
     */
    public Sources file(String setting, @Nullable Path file) {
        if (file != null) {
            files.add(new Named(setting, file));
        }
        return this;
    }

    /** Adds files that one setting names together. */
    public Sources files(String setting, List<Path> named) {
        named.forEach(file -> file(setting, file));
        return this;
    }

    /** Adds a run, with all that it has written into its folder. */
    public Sources run(Path folder) {
        run = folder;
        return this;
    }

    /**
     * Requires, before anything is written, that {@code output} is none of them.
     *
     * @param setting that names it
     * @throws UserException if it is
     */
    public void requireSpared(String setting, Path output) {
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
     * Requires, before a run writes anything, that none of them lies where it writes.
     *
     * @param folder of the run, whether it exists or not
     * @throws UserException if one does
     */
    public void requireSparedByRun(Path folder) {
        for (Named source : files) {
            if (belongsToRun(source.file, folder)) {
                throw new UserException(source.setting + " names " + source.file + ", where the run " + folder
                        + " keeps what it writes; choose another place for one of them");
            }
        }
    }

    /** Whether both names are of one file, whether it exists or not. */
    private static boolean isSame(Path one, Path other) {
        try {
            boolean both = Files.exists(one) && Files.exists(other);
            return both ? Files.isSameFile(one, other) : RealPaths.of(one).equals(RealPaths.of(other));
        } catch (IOException e) {
            throw new UserException(one + " cannot be looked at: " + FileTrouble.reason(e, one), e);
        }
    }

    /** Whether the run has something of its own in that place, or would have if it were there. */
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
