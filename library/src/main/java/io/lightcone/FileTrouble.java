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

/**
 * Explains an {@link IOException} in words, because Java's own messages are often no more than the name of the file.
 */
public final class FileTrouble {
    private FileTrouble() {}

    /**
     * Returns the reason as the end of a sentence that has named the file {@code named} already. If the trouble is with
     * another file that a user knows, its name is added.
     */
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

    /** Returns the text with a lower-case first letter, or the name of the exception's class if there is no text. */
    private static String small(@Nullable String text, IOException e) {
        return text == null || text.isEmpty()
                ? e.getClass().getSimpleName()
                : Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    /**
     * Returns whether the sentence need not name a file besides {@code named}. It need not for a move ({@code other} is
     * its target), since either file may be the trouble, and for partial files, which a user does not know.
     */
    private static boolean isAbout(@Nullable String file, @Nullable String other, Path named) {
        if (file == null || other != null) {
            return true;
        }
        Path path = named.getFileSystem().getPath(file);
        return whole(path).equals(whole(named)) || isPartial(path);
    }

    /**
     * Returns whether the path is a partial file or lies in a partial folder: all over Lightcone their names begin with
     * a dot and end in ".partial".
     */
    private static boolean isPartial(Path path) {
        return StreamSupport.stream(path.spliterator(), false)
                .map(Path::toString)
                .anyMatch(name -> name.startsWith(".") && name.endsWith(".partial"));
    }

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
