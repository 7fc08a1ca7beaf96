// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worlds that come with the program, as resources of this package: {@code worlds/NAME/} is the folder of a run, and
 * {@code worlds/index} lists all files, a line each with its SHA-256 and its name, as {@code sha256sum} writes them.
 * Since a run is a folder on a disk, each is copied into the cache once; its content is in the name of its place there,
 * so that the worlds of different versions do not mix.
 */
public final class BuiltInWorlds {
    private static final String INDEX = "index";
    private static final int IDENTIFYING = 12;

    private final Resources resources;
    private final Path cache;

    /** Opens resources by their names. */
    @FunctionalInterface
    interface Resources {
        /** Returns the content of a resource, for the caller to close; null if there is none. */
        @Nullable
        InputStream open(String name);
    }

    BuiltInWorlds(Resources resources, Path cache) {
        this.resources = resources;
        this.cache = cache;
    }

    /**
     * Returns the folders of the runs of all worlds, by the names of the worlds, in the order of the index.
     *
     * @param cache folder in which copies are kept
     * @throws UserException if they cannot be copied there
     */
    public static Map<String, Path> in(Path cache) {
        return new BuiltInWorlds(name -> BuiltInWorlds.class.getResourceAsStream("worlds/" + name), cache).folders();
    }

    private record Entry(String hash, String file) {}

    Map<String, Path> folders() {
        Map<String, List<Entry>> worlds = new LinkedHashMap<>();
        for (Entry entry : index()) {
            String world = entry.file().substring(0, entry.file().indexOf('/'));
            worlds.computeIfAbsent(world, name -> new ArrayList<>()).add(entry);
        }
        Map<String, Path> folders = new LinkedHashMap<>();
        worlds.forEach((world, entries) -> folders.put(world, folder(world, entries)));
        return folders;
    }

    private List<Entry> index() {
        try (InputStream in = resources.open(INDEX)) {
            if (in == null) {
                return List.of();
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return lines.lines()
                    .filter(line -> !line.isBlank())
                    .map(BuiltInWorlds::entry)
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("the index of worlds cannot be read", e);
        }
    }

    private static Entry entry(String line) {
        String[] parts = line.strip().split(" [ *]", 2);
        if (parts.length != 2 || !parts[1].contains("/")) {
            throw new IllegalStateException("the index of worlds has a line that names no file of a world: " + line);
        }
        return new Entry(parts[0], parts[1]);
    }

    private Path folder(String world, List<Entry> entries) {
        Path place = cache.resolve("worlds").resolve(world + "-" + identity(entries));
        Path run = place.resolve(world);
        try {
            if (!Files.isDirectory(place)) {
                copy(entries, place);
            }
            return run;
        } catch (IOException e) {
            throw new UserException(
                    "the world " + world + " cannot be copied to " + place + ": " + FileTrouble.reason(e, place), e);
        }
    }

    private static String identity(List<Entry> entries) {
        MessageDigest digest = sha256();
        entries.forEach(entry -> digest.update((entry.hash() + entry.file()).getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest()).substring(0, IDENTIFYING);
    }

    /**
     * Copies files beside their place and then moves them there together, so that no half of a world is ever seen, not
     * after a power cut either. What a failure leaves is deleted.
     */
    private void copy(List<Entry> entries, Path place) throws IOException {
        Files.createDirectories(place.getParent());
        Path partial = DurableFiles.partial(place);
        try {
            for (Entry entry : entries) {
                Path target = partial.resolve(entry.file());
                Files.createDirectories(target.getParent());
                DurableFiles.write(target, content(entry));
                DurableFiles.forceFolder(target.getParent());
            }
            Files.move(partial, place);
            DurableFiles.forceFolder(place.getParent());
        } catch (IOException e) {
            if (!Files.isDirectory(place)) { // else another process was faster
                throw e;
            }
        } finally {
            DurableFiles.deleteTree(partial);
        }
    }

    private byte[] content(Entry entry) throws IOException {
        try (InputStream in = resources.open(entry.file())) {
            byte[] content = in == null ? new byte[0] : in.readAllBytes();
            String hash = HexFormat.of().formatHex(sha256().digest(content));
            if (!hash.equals(entry.hash())) {
                throw new IllegalStateException(
                        "the file " + entry.file() + " of the built-in worlds is not the one that their index lists");
            }
            return content;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
