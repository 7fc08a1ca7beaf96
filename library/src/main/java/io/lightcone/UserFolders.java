// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the user's folders: the one in which Lightcone keeps what it can make again, and the home. The system may know
 * no home folder for the user, as for a number without an entry in the list of users, or one that nobody may write to;
 * then there is the folder for temporary files.
 */
public final class UserFolders {
    private static final String HOME = "user.home";
    private static final String TEMPORARY = "java.io.tmpdir";

    private UserFolders() {}

    /**
     * Returns the folder of decoded videos, of latents, of copies of what comes with the library and of what was
     * measured of the machine: {@code $LIGHTCONE_CACHE}, or one in the user's cache folder.
     */
    public static Path cache() {
        return cache(System::getenv, System::getProperty);
    }

    static Path cache(UnaryOperator<@Nullable String> environment, UnaryOperator<@Nullable String> properties) {
        String own = environment.apply("LIGHTCONE_CACHE");
        if (own != null && !own.isBlank()) {
            return Path.of(own); // as the user says, whatever comes of it
        }
        Path home = absolute(properties.apply(HOME));
        Path windows = absolute(environment.apply("LOCALAPPDATA"));
        Path xdg = absolute(environment.apply("XDG_CACHE_HOME"));
        return Stream.of(
                        windows == null ? null : windows.resolve("lightcone").resolve("cache"),
                        xdg == null ? null : xdg.resolve("lightcone"),
                        home == null ? null : home.resolve(".cache").resolve("lightcone"))
                .filter(place -> place != null && canBeWritten(place))
                .findFirst()
                .orElseGet(() -> temporary(properties));
    }

    private static Path temporary(UnaryOperator<@Nullable String> properties) {
        String name = String.valueOf(properties.apply("user.name"));
        String user = name.equals("?") ? number() : name.replaceAll("[^A-Za-z0-9._-]", "_");
        return Path.of(String.valueOf(properties.apply(TEMPORARY)), "lightcone-cache-" + user);
    }

    /** The number of a user without a name, where the system tells it: such users do not share their files either. */
    private static String number() {
        try {
            return String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | RuntimeException e) {
            return "unknown";
        }
    }

    /**
     * Sees to it that the user has a home for the libraries that take one for granted: where Java knows none it says
     * "?", which they take for a folder in the working directory.
     */
    public static void requireHome() {
        if (absolute(System.getProperty(HOME)) == null) {
            Path home = absolute(System.getenv("HOME"));
            Path place = home != null && canBeWritten(home) ? home : temporary(System::getProperty);
            System.setProperty(HOME, place.toString());
        }
    }

    /** The place that {@code text} names by its whole path, or null. */
    private static @Nullable Path absolute(@Nullable String text) {
        try {
            Path path = text == null ? null : Path.of(text);
            return path != null && path.isAbsolute() ? path : null;
        } catch (InvalidPathException e) {
            return null;
        }
    }

    /** Returns whether {@code folder} is there and may be written to, or may be created. */
    private static boolean canBeWritten(Path folder) {
        Path existing = folder;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        return existing != null && Files.isDirectory(existing) && Files.isWritable(existing);
    }
}
