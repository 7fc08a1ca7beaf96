// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlayWriterTest {
    private final Path folder;

    PlayWriterTest(@TempDir Path temp) {
        folder = temp.resolve("new/played");
    }

    private static Clip noise(int frames, int height, int width, int channels) {
        byte[] pixels = new byte[frames * height * width * channels];
        new Random(3).nextBytes(pixels);
        return new Clip("noise", frames, height, width, channels, pixels);
    }

    private List<Path> record(Clip clip) {
        try (PlayWriter play = PlayWriter.begin(folder, "game", 20)) {
            for (int frame = 0; frame < clip.frames(); frame++) {
                play.add(clip, frame, frame == 0 ? null : "key \"" + frame + "\"");
            }
            return play.finish();
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 64, 3", "64, 64, 1", "17, 23, 3", "17, 23, 1", "2, 2, 3"})
    void everyPixelIsReadBack(int height, int width, int channels) throws IOException {
        Clip clip = noise(70, height, width, channels);
        List<Path> files = record(clip);
        assertThat(files).containsExactly(folder.resolve("game-1.mp4"), folder.resolve("game-1.jsonl"));
        try (VideoReader reader = VideoReader.open(files.get(0), VideoReader.Options.of(height, width, channels))) {
            Clip back = Objects.requireNonNull(reader.clip(100));
            assertThat(back.pixels()).isEqualTo(clip.pixels());
            assertThat(reader.next()).isNull();
            assertThat(reader.remarks()).isEmpty();
            assertThat(reader.isWhole()).isTrue();
            assertThat(reader.framesDecoded()).isEqualTo(70);
            assertThat(reader.framesPerSecond()).isEqualTo(20);
        }
        assertThat(Files.readAllLines(files.get(1)))
                .hasSize(70)
                .startsWith("{\"action\":null}", "{\"action\":\"key \\\"1\\\"\"}");
    }

    @Test
    void noRecordingTakesThePlaceOfAnother() throws IOException {
        Clip clip = noise(3, 16, 16, 3);
        record(clip);
        Files.createFile(folder.resolve("game-2.mp4"));
        Files.createFile(folder.resolve("game-3.jsonl"));
        assertThat(record(clip).get(0)).hasFileName("game-4.mp4");
        try (PlayWriter one = PlayWriter.begin(folder, "game", 20);
                PlayWriter other = PlayWriter.begin(folder, "game", 20)) {
            one.add(clip, 0, "a");
            other.add(clip, 0, "b");
            assertThat(other.finish().get(1)).hasFileName("game-6.jsonl").hasContent("{\"action\":\"b\"}");
            assertThat(one.finish().get(1)).hasFileName("game-5.jsonl").hasContent("{\"action\":\"a\"}");
        }
    }

    @Test
    void whatIsNotFinishedLeavesNothing() throws IOException {
        try (PlayWriter play = PlayWriter.begin(folder, "game", 20)) {
            play.add(noise(1, 16, 16, 3), 0, "a");
            assertThat(names()).contains("game-1.jsonl").doesNotContain("game-1.mp4");
        }
        assertThat(names()).isEmpty();
        try (PlayWriter play = PlayWriter.begin(folder, "game", 20)) {
            assertThatThrownBy(play::finish)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("at least one frame");
        }
        assertThat(names()).isEmpty();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsOneSentence() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.createFile(folder);
        assertThatThrownBy(() -> PlayWriter.begin(folder, "game", 20))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(folder + " cannot be written");
    }
}
