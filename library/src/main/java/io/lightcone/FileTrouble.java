// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What keeps a file from being read or written, in words; Java's own messages are often no more than its name. */
public final class FileTrouble {
    private FileTrouble() {}

    /** Part of a sentence that has named {@code named}; where the trouble is with another file that a user knows, it is added. */
    public static String reason(IOException e, Path named) {
        if (e instanceof FileSystemException system) {
            return isAbout(system.getFile(), system.getOtherFile(), named)
                    ? reason(system)
                    : reason(system) + " (" + system.getFile() + ")";
        }
        if (e instanceof EOFException) {
            return "it ends too early";
        }
        return small(e.getMessage(), e);
    }

    private static String reason(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        } else if (e instanceof NoSuchFileException) {
            return "there is no such file or folder";
        } else if (e instanceof FileAlreadyExistsException) {
            return "something of that name stands in the way";
        } else if (e instanceof NotDirectoryException) {
            return "it is no folder";
        } else if (e instanceof DirectoryNotEmptyException) {
            return "the folder is not empty";
        }
        return small(e.getReason(), e);
    }

    /** The text with a small first letter; what was thrown, by its name, if there is no text. */
    private static String small(@Nullable String text, IOException e) {
        return text == null || text.isEmpty()
                ? e.getClass().getSimpleName()
                : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    /**
     * Whether nothing is to be said besides {@code named}. That is so of what is moved ({@code other} is where to), since either may
     * be the trouble, and of files that are there only until they are whole.
     */
    private static boolean isAbout(@Nullable String file, @Nullable String other, Path named) {
        if (file == null || other != null) {
            return true;
        }
        Path path = named.getFileSystem().getPath(file);
        return whole(path).equals(whole(named)) || isPartial(path);
    }

    /** As files, and folders of files, are called all over Lightcone until they are whole. */
    private static boolean isPartial(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .map(Path::toString)
                .anyMatch(name -> name.startsWith(".") && name.endsWith(".partial"));
    }

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
