// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds the videos in a folder, and the recordings in NumPy's format. */
final class VideoFiles {
    /**
     * The file name endings that count as videos, in lower case. MPEG's .ts is not among them: most files called so are
     * programs.
     */
    static final List<String> ENDINGS = List.of(
            "mp4", "mkv", "webm", "avi", "mov", "gif", "m4v", "mpg", "mpeg", "mts", "m2ts", "flv", "ogv", "wmv", "y4m",
            "apng", "npz");

    private VideoFiles() {}

    /**
     * Returns the videos in a folder and the folders below it, in the order of their names; or the file itself,
     * whatever its ending. Hidden files and folders are left out, and so are the folders of runs, because the samples
     * in them are no data; but the folder named is searched even if it is a run. Links are followed, but not in circles
     * and to each folder only once.
     *
     * @param messages receives a line for each folder that is left out, except hidden ones
     * @throws UserException if there is no such folder, it cannot be read, or it holds no videos
     */
    static List<Path> find(Path folderOrFile, Consumer<String> messages) {
        if (!Files.exists(folderOrFile)) {
            throw new UserException("There is no such file or folder as " + folderOrFile + ".");
        }
        if (!Files.isDirectory(folderOrFile)) {
            return List.of(folderOrFile);
        }
        Search search = new Search(folderOrFile, messages);
        try {
            search.all();
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

    /** Returns whether a folder is that of a run, judging by what is in it. */
    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("config.yaml"))
                && (Files.isDirectory(folder.resolve("checkpoints")) || Files.exists(folder.resolve("metrics.jsonl")));
    }

    private static boolean isHidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    private static boolean isVideo(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(ending -> name.endsWith("." + ending)) && Files.isRegularFile(file);
    }

    /**
     * Searches one folder; links to folders wait until all real folders are done, so that their order decides nothing.
     */
    static final class Search {
        private final Path root;
        private final Consumer<String> messages;
        private final List<Path> found = new ArrayList<>();
        private final Deque<Path> links = new ArrayDeque<>();
        private final Map<Path, Path> followed = new HashMap<>();

        Search(Path root, Consumer<String> messages) {
            this.root = root;
            this.messages = messages;
        }

        private void all() throws IOException {
            search(list(root));
            while (!links.isEmpty()) {
                follow(links.remove());
            }
        }

        private void follow(Path link) {
            try {
                Path target = link.toRealPath();
                if (link.resolveSibling("").toRealPath().startsWith(target)) {
                    return; // a circle
                }
                Path earlier = followed.putIfAbsent(target, link);
                if (earlier == null) {
                    folder(link);
                } else {
                    leaveOut(link, "it is a link to the same folder as " + name(earlier));
                }
            } catch (IOException e) {
                unreadable(link, e);
            }
        }

        private void folder(Path folder) {
            if (isRun(folder)) {
                leaveOut(folder, "it is the folder of a run, whose samples are no data");
                return;
            }
            try {
                search(list(folder));
            } catch (IOException e) {
                unreadable(folder, e);
            }
        }

        private void search(List<Path> content) {
            for (Path entry : content) {
                if (isHidden(entry)) {
                    continue;
                }
                if (!Files.isDirectory(entry)) {
                    if (isVideo(entry)) {
                        found.add(entry);
                    }
                } else if (Files.isSymbolicLink(entry)) {
                    links.add(entry);
                } else {
                    folder(entry);
                }
            }
        }

        private static List<Path> list(Path folder) throws IOException {
            try (Stream<Path> content = Files.list(folder)) {
                return content.sorted().toList();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        /** Leaves out a folder that cannot be read: one such as {@code lost+found} costs only itself. */
        void unreadable(Path folder, IOException e) {
            leaveOut(folder, "it cannot be read: " + FileTrouble.reason(e, folder));
        }

        private void leaveOut(Path folder, String why) {
            messages.accept("left out " + name(folder) + " (" + why + ")");
        }

        private String name(Path folder) {
            return root.relativize(folder).toString().replace('\\', '/') + "/";
        }
    }
}
