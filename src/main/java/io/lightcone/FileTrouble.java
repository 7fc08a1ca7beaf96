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
import org.jspecify.annotations.Nullable;

/** What keeps a file from being read or written, in words; Java's own messages are often no more than its name. */
public final class FileTrouble {
    private FileTrouble() {}

    /** Part of a sentence that has named {@code named}; the file that it is about is added where that is another one. */
    public static String reason(IOException e, Path named) {
        if (e instanceof FileSystemException system) {
            String file = system.getFile();
            boolean another =
                    file != null && !whole(named.getFileSystem().getPath(file)).equals(whole(named));
            return another ? reason(system) + " (" + file + ")" : reason(system);
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

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
