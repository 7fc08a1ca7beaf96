// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeStampsTest {
    private static final Encoding WEBM = TestVideos.like("webm", "libvpx", Map.of("b", "200000", "g", "25"));

    private final Path folder;

    TimeStampsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path video(String ending, double rate, long... ticks) {
        Clip clip = TestVideos.numbered(ticks.length, 16, 16);
        Encoding encoding = switch (ending) {
            case "webm" -> WEBM;
            case "mkv" -> TestVideos.MKV;
            case "mov" -> TestVideos.MOV;
            case "avi" -> TestVideos.AVI;
            default -> TestVideos.MP4_INDEX_LAST;
        };
        return TestVideos.encode(folder.resolve("v." + ending), encoding, rate, clip, ticks);
    }

    /** Returns the numbers of the frames in each segment. */
    private static List<List<Integer>> segments(Path file, double framesPerSecond) {
        List<List<Integer>> segments = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(file, new VideoReader.Options(16, 16, 1, framesPerSecond, 0))) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                if (segments.isEmpty() || reader.startsSegment()) {
                    segments.add(new ArrayList<>());
                }
                segments.get(segments.size() - 1).add(TestVideos.index(frame));
            }
        }
        return segments;
    }

    @ParameterizedTest
    @CsvSource({"mp4, 0", "mp4, 25", "mov, 0", "mov, 25", "mkv, 0", "mkv, 25", "webm, 0", "webm, 25"})
    void aJumpOfAnHourMakesTwoSegments(String ending, double fps) {
        Path file = video(ending, 25, 0, 1, 2, 3, 90_003, 90_004, 90_005);
        assertThat(segments(file, fps)).containsExactly(List.of(0, 1, 2, 3), List.of(4, 5, 6));
        try (VideoReader reader = VideoReader.open(file, new VideoReader.Options(16, 16, 1, fps, 0))) {
            assertThat(reader.clip(100)).extracting(Clip::frames).isEqualTo(4);
            assertThat(reader.clip(100)).extracting(Clip::frames).isEqualTo(3);
            assertThat(reader.clip(100)).isNull();
            assertThat(reader.framesPerSecond()).isCloseTo(25, within(0.2));
            assertThat(reader.remarks()).containsExactly("its time stamps jump from 0.12 s to 3600.12 s");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv", "webm"})
    void theFirstTimeStepMayJump(String ending) {
        Path file = video(ending, 25, 0, 100_000, 100_001, 100_002);
        assertThat(segments(file, 0)).containsExactly(List.of(0), List.of(1, 2, 3));
        assertThat(segments(file, 25).stream().mapToInt(List::size).sum()).isBetween(4, 29);
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mkv"})
    void aStillPictureOfSomeSecondsIsShownThroughout(String ending) {
        Path file = video(ending, 10, 0, 1, 61, 62);
        assertThat(segments(file, 10)).hasSize(1);
        assertThat(segments(file, 10).get(0)).hasSize(63);
        assertThat(segments(file, 0)).containsExactly(List.of(0, 1, 2, 3));
    }

    @ParameterizedTest
    @ValueSource(doubles = {25, 1000})
    void aSmallFileOfManyPausesMakesNoMoreFramesThanItsSizeCanJustify(double fps) {
        int frames = 300;
        Path file = video("mkv", 1, LongStream.range(0, frames).map(i -> 9L * i).toArray());
        List<List<Integer>> segments = segments(file, fps);
        long all = segments.stream().mapToInt(List::size).sum();
        assertThat(all).isLessThan(2000 + 11 * frames + file.toFile().length() / 50 + 1);
        assertThat(segments.size()).isGreaterThan(100);
        assertThat(segments.stream().flatMap(List::stream).distinct().count()).isEqualTo(55);
        try (VideoReader reader = VideoReader.open(file, new VideoReader.Options(16, 16, 1, fps, 0))) {
            while (reader.next() != null) {
                assertThat(reader.framesRead()).isPositive();
            }
            assertThat(String.join("", reader.remarks())).contains("stand still for so long that ");
        }
    }

    @Test
    void emptyChunksOfAnAviRepeatThePictureBefore() {
        Path file = video("avi", 25, 0, 1, 2, 6, 7);
        List<Integer> held = List.of(0, 1, 2, 2, 2, 2, 3, 4);
        assertThat(segments(file, 0)).containsExactly(held);
        assertThat(segments(file, 25)).containsExactly(held);
    }

    @ParameterizedTest
    @CsvSource({"0, 10", "1, 10", "2, 2", "3, 3", "10, 10", "300, 300"})
    void aGifIsShownAsBrowsersShowIt(int written, int shown) throws java.io.IOException {
        Path file = TestVideos.write(folder.resolve("v.gif"), 10, 1, TestVideos.numbered(4, 16, 16));
        byte[] bytes = java.nio.file.Files.readAllBytes(file);
        for (int at = 0; at + 8 < bytes.length; at++) {
            if ((bytes[at] & 255) == 0x21 && (bytes[at + 1] & 255) == 0xF9 && bytes[at + 2] == 4) {
                bytes[at + 4] = (byte) written;
                bytes[at + 5] = (byte) (written >> 8);
            }
        }
        java.nio.file.Files.write(file, bytes);
        assertThat(segments(file, 0)).containsExactly(List.of(0, 1, 2, 3));
        assertThat(segments(file, 100).get(0)).hasSize(4 * shown);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 1))) {
            assertThat(reader.framesPerSecond()).isCloseTo(100.0 / shown, within(1e-9));
        }
    }
}
