// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoReaderTest {
    private final Path folder;

    VideoReaderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private static List<Integer> indices(Path file, double framesPerSecond, double start) {
        List<Integer> indices = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file, new VideoReader.Options(16, 16, 1, framesPerSecond, start))) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                indices.add(TestVideos.index(frame));
            }
        }
        return indices;
    }

    private Path numbered(String ending, double rate, int frames, long... ticks) {
        Clip clip = TestVideos.numbered(frames, 16, 16);
        Path file = folder.resolve("numbered." + ending);
        return switch (ending) {
            case "mkv" -> TestVideos.encode(file, TestVideos.MKV, rate, clip, ticks);
            case "mov" -> TestVideos.encode(file, TestVideos.MOV, rate, clip, ticks);
            case "avi" -> TestVideos.encode(file, TestVideos.AVI, rate, clip, ticks);
            case "mp4" -> TestVideos.encode(file, TestVideos.MP4_INDEX_LAST, rate, clip, ticks);
            default -> TestVideos.write(file, rate, 1, clip);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "mp4, 30, 30", "mkv, 30, 30", "mkv, 29.97, 29.97", "webm, 30, 30", "gif, 30, 30", "avi, 25, 25", "mov, 24, 24",
        "mp4, 30, 10", "mkv, 30, 10", "webm, 30, 15", "gif, 25, 10", "avi, 25, 24", "mkv, 24, 30", "mp4, 10, 25",
        "gif, 10, 40", "mov, 12.5, 30", "webm, 10, 7.5", "mp4, 50, 12.5", "avi, 10, 40"
    })
    void aVideoIsResampledToTheFrameOnShowAtEachTick(String ending, double own, double target) {
        int frames = 50;
        Path file = numbered(ending, own, frames);
        double exact = FrameRate.of(own).value();
        List<Integer> expected = IntStream.iterate(0, k -> k + 1)
                .mapToObj(k -> (int) Math.floor(k * exact / FrameRate.of(target).value() + 1e-6))
                .takeWhile(i -> i < frames)
                .toList();
        assertThat(indices(file, FrameRate.of(target).value(), 0)).isEqualTo(expected);
        assertThat(indices(file, 0, 0))
                .isEqualTo(IntStream.range(0, frames).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mkv", "mp4", "mov"})
    void aVariableFrameRateIsResampled(String ending) {
        // Frames at 0, 0.1, 0.2, 1.0, 1.1 and 1.5 s.
        Path file = numbered(ending, 20, 6, 0, 2, 4, 20, 22, 30);
        assertThat(indices(file, 5, 0)).isEqualTo(List.of(0, 2, 2, 2, 2, 3, 4, 4));
        assertThat(indices(file, 0, 0)).isEqualTo(List.of(0, 1, 2, 3, 4, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv", "webm", "gif", "avi"})
    void aVideoBeginsWithTheFrameOnShowAtTheStart(String ending) {
        Path file = numbered(ending, 10, 50);
        assertThat(indices(file, 0, 3.25))
                .isEqualTo(IntStream.range(32, 50).boxed().toList());
        assertThat(indices(file, 5, 4)).isEqualTo(List.of(40, 42, 44, 46, 48));
        assertThatThrownBy(() -> indices(file, 0, 5.5))
                .isInstanceOf(UserException.class)
                .hasMessage(file + " lasts 5 s, so it cannot be read from 5.5 s on.");
    }

    @Test
    void framesCoverTheTargetAndTheirMiddleIsCutOut() {
        // Left quarter black, middle half grey, right quarter white: the middle square shows only grey.
        int height = 64;
        int width = 128;
        byte[] pixels = new byte[height * width];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % width;
            pixels[i] = (byte) (x < 32 ? 0 : x < 96 ? 120 : 255);
        }
        Clip wide = new Clip("stripes", 1, height, width, 1, pixels);
        Path file = TestVideos.write(folder.resolve("wide.gif"), 10, 1, wide);
        byte[] square = TestVideos.readAll(file, 16, 16, 1).pixels();
        for (int y = 0; y < 16; y++) {
            for (int x = 1; x < 15; x++) {
                assertThat(square[y * 16 + x] & 255).isBetween(119, 121);
            }
        }
        byte[] half = TestVideos.readAll(file, 32, 64, 1).pixels();
        assertThat(half[0]).isEqualTo((byte) 0);
        assertThat(half[63]).isEqualTo((byte) 255);
        assertThat(TestVideos.readAll(file, 100, 40, 3).frameBytes()).isEqualTo(12000);
    }

    @Test
    void clipsAreNamedAfterTheirPlaceInTheVideo() {
        Path file = numbered("gif", 10, 20);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 1))) {
            assertThat(String.valueOf(reader.clip(8))).startsWith("numbered.gif, frames 0 to 7 ");
            Clip second = reader.clip(100);
            assertThat(String.valueOf(second)).startsWith("numbered.gif, frames 8 to 19 ");
            assertThat(reader.clip(1)).isNull();
            assertThat(reader.framesRead()).isEqualTo(20);
        }
    }

    @Test
    void filesWhoseNamesHaveBlanksAndColonsAreRead() {
        Clip clip = TestVideos.moving(2, 16, 16, 3);
        Path file = TestVideos.write(folder.resolve("http:a b%20'c'.mp4"), 10, 1, clip);
        assertThat(TestVideos.readAll(file, 16, 16, 3).frames()).isEqualTo(2);
    }

    @Test
    void closedReadersAndWritersKeepNoNativeMemory() throws IOException {
        Path good = numbered("mp4", 25, 10);
        Path cut = TestVideos.cut(numbered("mkv", 25, 20), 0.6);
        Path text = Files.writeString(folder.resolve("text.mp4"), "no video");
        Path webp = TestVideos.write(folder.resolve("v.webp"), 10, 1, TestVideos.numbered(3, 16, 16));
        Path unknown = SoundFile.write(folder.resolve("sound.avi"));
        Path out = folder.resolve("out.mp4");
        Clip one = TestVideos.numbered(1, 16, 16);
        int before = FfmpegObjects.owned();
        for (int i = 0; i < 3; i++) {
            indices(good, 0, 0);
            assertThatThrownBy(() -> indices(cut, 0, 0)).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> indices(text, 0, 0)).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> indices(good, 0, 99)).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> indices(webp, 0, 0)).isInstanceOf(UserException.class);
            assertThatThrownBy(() -> indices(unknown, 0, 0)).isInstanceOf(UserException.class);
            TestVideos.write(out, 10, 1, TestVideos.numbered(3, 16, 16));
            try (VideoWriter unfinished = VideoWriter.open(folder.resolve("u.webm"), 10, 1)) {
                unfinished.add(TestVideos.numbered(1, 16, 16), 0);
                assertThat(FfmpegObjects.owned()).as("an open writer owns some").isGreaterThan(before);
            }
            assertThatThrownBy(() -> TestVideos.encode(Path.of("/no/such/folder.mp4"), TestVideos.MOV, 10, one))
                    .isInstanceOf(UserException.class);
        }
        assertThat(FfmpegObjects.owned())
                .as("objects of FFmpeg that nobody freed")
                .isEqualTo(before);
    }
}
