// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real videos of the shared data folder, all of them good: none may be called bad, and every frame must come. */
class SharedClipsTest {
    private static final Map<String, Integer> FRAMES = Map.of(
            "corridor-person.mp4", 1394,
            "cars-from-above.mp4", 377,
            "bottles.mp4", 1189,
            "flower.mp4", 150,
            "film-dialogue.mp4", 185,
            "stream-of-water.mp4", 90,
            "street.gif", 41,
            "motorway-traffic.mp4", 1769);

    static Path data() {
        String place =
                System.getProperty("lightcone.shared", System.getenv().getOrDefault("LIGHTCONE_SHARED", "../shared"));
        return Path.of(place, "data");
    }

    @BeforeEach
    void needsTheSharedData() {
        assumeTrue(Files.isDirectory(data().resolve("clips")), "the shared data folder is missing: " + data());
    }

    @Test
    void everyGoodVideoIsReadToItsEnd() {
        List<String> wrong = new ArrayList<>();
        for (Path file : VideoFiles.find(data())) {
            int frames = 0;
            try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(32, 32, 3))) {
                while (reader.next() != null) {
                    frames++;
                }
            }
            int expected = FRAMES.getOrDefault(file.getFileName().toString(), frames);
            if (frames != expected || frames < 40) {
                wrong.add(file + " gave " + frames + " frames instead of " + expected);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clips/street.gif", "clips/flower.mp4", "clips/stream-of-water.mp4", "asl/no/no.mkv"})
    void aRealVideoThatIsCutShortIsFound(String name, @TempDir Path folder) throws IOException {
        for (double share : new double[] {0.3, 0.6, 0.95}) {
            byte[] bytes = Files.readAllBytes(data().resolve(name));
            Path cut = folder.resolve("cut" + name.substring(name.lastIndexOf('.')));
            Files.write(cut, Arrays.copyOf(bytes, (int) (bytes.length * share)));
            assertThatThrownBy(() -> TestVideos.readAll(cut, 8, 8, 1))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(" cut short");
        }
    }
}
