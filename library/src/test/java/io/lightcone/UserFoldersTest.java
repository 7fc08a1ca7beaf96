// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class UserFoldersTest {
    /** The cache of a user whose home is {@code home}, with {@code environment} as name and value in turns. */
    private static Path cache(Path temp, String home, String... environment) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        Map<String, String> properties = Map.of(
                "user.home",
                home,
                "user.name",
                "an/na ?",
                "java.io.tmpdir",
                temp.resolve("tmp").toString());
        return UserFolders.cache(variables::get, properties::get);
    }

    @Test
    void theCacheIsWhereTheUserSays(@TempDir Path temp) {
        String home = temp.resolve("home").toString();
        String xdg = temp.resolve("xdg").toString();
        assertThat(cache(temp, home, "LIGHTCONE_CACHE", "here", "XDG_CACHE_HOME", xdg))
                .isEqualTo(Path.of("here"));
        assertThat(cache(temp, home, "LIGHTCONE_CACHE", " ", "XDG_CACHE_HOME", xdg))
                .isEqualTo(temp.resolve("xdg/lightcone"));
        assertThat(cache(temp, home)).isEqualTo(temp.resolve("home/.cache/lightcone"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there the number of a user is known without its name")
    void usersWithoutANameHaveFoldersOfTheirOwn(@TempDir Path temp) throws IOException {
        Map<String, String> properties = Map.of("user.home", "?", "user.name", "?", "java.io.tmpdir", temp.toString());
        assertThat(UserFolders.cache(name -> null, properties::get))
                .isEqualTo(temp.resolve("lightcone-cache-" + Files.getAttribute(temp, "unix:uid")));
    }

    /** Java says "?" for the home of a user that the system does not know. */
    @Test
    void aUserWithoutAHomeHasTheTemporaryFolder(@TempDir Path temp) throws IOException {
        Path temporary = temp.resolve("tmp/lightcone-cache-an_na__");
        for (String home : new String[] {"?", "", "relative/home"}) {
            assertThat(cache(temp, home)).as(home).isEqualTo(temporary);
        }
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThat(cache(temp, file.resolve("home").toString())).isEqualTo(temporary);
        assertThat(cache(temp, "?", "XDG_CACHE_HOME", "relative/cache"))
                .as("the standard says to ignore it")
                .isEqualTo(temporary);
    }
}
