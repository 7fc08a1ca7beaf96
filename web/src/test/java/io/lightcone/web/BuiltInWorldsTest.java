// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuiltInWorldsTest {
    /** SHA-256 of "a" and of "b". */
    private static final String HASH_OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    private static final String HASH_OF_B = "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d";

    @TempDir
    private Path temp = Path.of("");

    private final Map<String, String> resources = new HashMap<>(Map.of(
            "index",
            HASH_OF_A + "  pong/config.yaml\n" + HASH_OF_B + "  pong/checkpoints/step-9/state.json\n" + HASH_OF_B
                    + " *maze/config.yaml\n",
            "pong/config.yaml",
            "a",
            "pong/checkpoints/step-9/state.json",
            "b",
            "maze/config.yaml",
            "b"));

    private Map<String, Path> folders() {
        BuiltInWorlds.Resources source = name -> resources.containsKey(name)
                ? new ByteArrayInputStream(resources.get(name).getBytes(StandardCharsets.UTF_8))
                : null;
        return new BuiltInWorlds(source, temp).folders();
    }

    @Test
    void worldsAreCopiedIntoTheCacheInTheOrderOfTheIndex() throws Exception {
        Map<String, Path> folders = folders();
        assertThat(folders.keySet()).containsExactly("pong", "maze");
        Path pong = Objects.requireNonNull(folders.get("pong"));
        assertThat(pong.getFileName()).hasToString("pong");
        assertThat(pong.resolve("config.yaml")).hasContent("a");
        assertThat(pong.resolve("checkpoints/step-9/state.json")).hasContent("b");
        Files.writeString(pong.resolve("config.yaml"), "kept");
        assertThat(folders()).isEqualTo(folders);
        assertThat(pong.resolve("config.yaml")).hasContent("kept");
    }

    @Test
    void otherContentGoesToAnotherPlace() {
        Map<String, Path> before = folders();
        resources.put("index", HASH_OF_B + "  pong/config.yaml\n");
        resources.put("pong/config.yaml", "b");
        assertThat(folders().get("pong")).isNotEqualTo(before.get("pong"));
    }

    @Test
    void contentThatIsNotWhatTheIndexSaysIsADefect() {
        resources.put("maze/config.yaml", "a");
        assertThatThrownBy(this::folders)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maze/config.yaml");
    }

    @Test
    void withoutAnIndexThereAreNoWorlds() {
        resources.clear();
        assertThat(folders()).isEmpty();
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamed() throws Exception {
        Files.writeString(temp.resolve("worlds"), "a file");
        assertThatThrownBy(this::folders)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the world pong cannot be copied to " + temp);
    }

    @Test
    void theWorldsOfTheProgramDreamWhatTheirSimulatorsShow() throws Exception {
        Map<String, Path> worlds = BuiltInWorlds.in(temp);
        assertThat(worlds.keySet()).containsExactly("pong", "maze");
        for (Map.Entry<String, Path> each : worlds.entrySet()) {
            assertThat(weights(each.getValue())).isLessThan(8_000_000);
            try (RunWorld world = RunWorld.of(each.getKey(), each.getValue(), "cpu", 1);
                    Scene scene = world.begin(3)) {
                List<byte[]> pictures = scene.next(0);
                assertThat(pictures).hasSize(2);
                assertThat(difference(pictures.get(0), pictures.get(1)))
                        .as(each.getKey())
                        .isLessThan(12);
            }
        }
    }

    private static long weights(Path run) throws Exception {
        try (Stream<Path> files = Files.walk(run)) {
            return files.mapToLong(file -> file.toFile().length()).max().orElseThrow();
        }
    }

    /** Returns the mean absolute difference in grey values. */
    private static double difference(byte[] a, byte[] b) {
        assertThat(a).hasSameSizeAs(b);
        return IntStream.range(0, a.length)
                .map(i -> Math.abs(Byte.toUnsignedInt(a[i]) - Byte.toUnsignedInt(b[i])))
                .average()
                .orElseThrow();
    }
}
