// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests names that no string of this locale may be able to express; written as URIs, they can be given in every one.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "its names are text")
class FileNamesTest {
    /**
     * The names: Russian in UTF-8, German in Latin-1, Japanese in Shift JIS, a percent sign, blanks, and what FFmpeg
     * reads as a protocol.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "%D0%BA%D0%BE%D1%88%D0%BA%D0%B0",
                "b%E4r",
                "%94%4C",
                "100%25",
                "my%20film%20%2520",
                "http%3A%2F",
                "a%3Fb%23c"
            })
    void aVideoIsReadUnderEveryName(String name, @TempDir Path temp) throws IOException {
        Path plain = temp.resolve("plain.mp4");
        Path file = Path.of(URI.create(temp.toUri() + name.replace("%2F", "_") + ".mp4"));
        try (VideoWriter writer = VideoWriter.open(plain, 10, 1)) {
            for (int frame = 0; frame < 3; frame++) {
                writer.add(new Clip("grey", 1, 16, 16, 1, new byte[256]), 0);
            }
            writer.finish();
        }
        Files.move(plain, file);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 1))) {
            int frames = 0;
            while (reader.next() != null) {
                frames++;
            }
            assertThat(frames).isEqualTo(3);
        }
    }

    @Test
    void filesOfDifferentNamesHaveDifferentKeys(@TempDir Path temp) {
        List<String> names = List.of("a%E4", "a%E5", "a%C3%A4", "a%3F", "a%EF%BF%BD");
        assertThat(names.stream().map(name -> FileNames.key(Path.of(URI.create(temp.toUri() + name)))))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.chars().allMatch(c -> c < 128));
    }
}
