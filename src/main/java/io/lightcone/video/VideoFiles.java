// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds the videos in a folder. */
public final class VideoFiles {
    /** The endings that count as videos, in small letters. */
    public static final List<String> ENDINGS = List.of("mp4", "mkv", "webm", "avi", "mov", "gif");

    private VideoFiles() {}

    /**
     * The videos in a folder and the folders below it, in the order of their names; or the file itself, whatever its ending.
     * Links are followed, but not in circles; hidden files and folders are left out.
     *
     * @throws UserException if there is no such folder, it cannot be read, or it holds no videos
     */
    public static List<Path> find(Path folderOrFile) {
        if (!Files.exists(folderOrFile)) {
            throw new UserException("There is no such file or folder as " + folderOrFile + ".");
        }
        if (!Files.isDirectory(folderOrFile)) {
            return List.of(folderOrFile);
        }
        Search search = new Search(folderOrFile);
        try {
            Set<FileVisitOption> options = EnumSet.of(FileVisitOption.FOLLOW_LINKS);
            Files.walkFileTree(folderOrFile, options, Integer.MAX_VALUE, search);
        } catch (IOException e) {
            throw new UserException(
                    "The folder " + folderOrFile + " cannot be read: " + FileTrouble.reason(e, folderOrFile) + ".", e);
        }
        if (search.found.isEmpty()) {
            throw new UserException("There are no videos in " + folderOrFile + " (files ending in ."
                    + String.join(", .", ENDINGS) + ").");
        }
        search.found.sort(Comparator.comparing(Path::toString));
        return List.copyOf(search.found);
    }

    private static final class Search extends SimpleFileVisitor<Path> {
        private final Path root;
        private final List<Path> found = new ArrayList<>();

        Search(Path root) {
            this.root = root;
        }

        private static boolean hidden(Path path) {
            Path name = path.getFileName();
            return name != null && name.toString().startsWith(".");
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean skip = !folder.equals(root) && hidden(folder);
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            boolean video = ENDINGS.stream().anyMatch(ending -> name.endsWith("." + ending));
            if (attributes.isRegularFile() && video && !hidden(file)) {
                found.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException || Files.isSymbolicLink(file)) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }
    }
}
