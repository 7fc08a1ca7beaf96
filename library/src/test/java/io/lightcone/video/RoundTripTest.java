// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundTripTest {
    private final Path folder;

    RoundTripTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @ParameterizedTest
    @CsvSource({
        "mp4, 16, 16, 3, 1, 2.5", "mp4, 64, 48, 3, 1, 2.5", "mp4, 33, 47, 3, 1, 2.5", "mp4, 32, 32, 1, 1, 1.5",
        "mp4, 8, 8, 3, 4, 2.5", "webm, 16, 16, 3, 1, 2.5", "webm, 33, 47, 3, 2, 2.5", "webm, 32, 32, 1, 1, 1.5",
        "gif, 16, 16, 3, 1, 0.01", "gif, 33, 47, 3, 1, 3", "gif, 32, 32, 1, 1, 0.01", "gif, 16, 16, 3, 3, 0.01"
    })
    void aVideoThatIsWrittenIsReadBack(
            String ending, int height, int width, int channels, int scale, double tolerance) {
        Clip clip = TestVideos.moving(24, height, width, channels);
        Path file = TestVideos.write(folder.resolve("out." + ending), 12.5, scale, clip);
        boolean even = !ending.equals("gif");
        int fullHeight = even ? (height * scale + 1) / 2 * 2 : height * scale;
        int fullWidth = even ? (width * scale + 1) / 2 * 2 : width * scale;
        byte[] first = Images.enlarge(clip.slice(0, 1).pixels(), height, width, channels, scale, fullHeight, fullWidth);

        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(fullHeight, fullWidth, channels))) {
            assertThat(reader.framesPerSecond()).isCloseTo(12.5, offset(0.01));
            Clip back = java.util.Objects.requireNonNull(reader.clip(1000));
            assertThat(back.frames()).isEqualTo(24);
            Clip expected = new Clip("first", 1, fullHeight, fullWidth, channels, first);
            assertThat(TestVideos.difference(back.slice(0, 1), expected)).isLessThan(tolerance);
            assertThat(reader.next()).isNull();
            assertThat(reader.next()).isNull();
        }
        if (scale == 1 && fullHeight == height && fullWidth == width) {
            assertThat(TestVideos.difference(TestVideos.readAll(file, height, width, channels), clip))
                    .isLessThan(tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"mkv", "mov", "avi", "mp4"})
    void containersThatAreNeverWrittenAreRead(String ending) {
        Clip clip = TestVideos.moving(20, 48, 64, 3);
        Encoding encoding = switch (ending) {
            case "mkv" -> TestVideos.MKV;
            case "mov" -> TestVideos.MOV;
            case "avi" -> TestVideos.AVI;
            default -> TestVideos.MP4_INDEX_LAST;
        };
        Path file = TestVideos.encode(folder.resolve("in." + ending), encoding, 29.97, clip);
        Clip back = TestVideos.readAll(file, 48, 64, 3);
        assertThat(back.frames()).isEqualTo(20);
        assertThat(TestVideos.difference(back, clip)).isLessThan(3);
    }

    @Test
    void oddSidesAreFilledByRepeatingTheEdge() {
        byte[] padded = Images.enlarge(new byte[] {1, 2, 3}, 1, 3, 1, 1, 2, 4);
        assertThat(padded).containsExactly(1, 2, 3, 3, 1, 2, 3, 3);
        assertThat(Images.enlarge(new byte[] {5, 6}, 2, 1, 1, 2, 4, 2)).containsExactly(5, 5, 5, 5, 6, 6, 6, 6);
    }

    @Test
    void aClipTurnsIntoImagesAndBack() {
        for (int channels : new int[] {1, 3}) {
            Clip clip = TestVideos.moving(3, 5, 7, channels);
            Clip back = Clip.of("again", java.util.List.of(clip.image(0), clip.image(1), clip.image(2)), channels);
            assertThat(back.pixels()).isEqualTo(clip.pixels());
        }
        Clip grey = TestVideos.numbered(2, 4, 4);
        assertThat(Clip.of("x", java.util.List.of(grey.image(1)), 3).pixels()).containsOnly((byte) 24);
    }

    @ParameterizedTest
    @CsvSource({
        "23.976, 24000, 1001",
        "29.97, 30000, 1001",
        "59.94, 60000, 1001",
        "25, 25, 1",
        "30, 30, 1",
        "60, 60, 1",
        "12.5, 25, 2",
        "29.83, 2983, 100",
        "0.5, 1, 2",
        "1, 1, 1",
        "10, 10, 1",
        "7.3, 73, 10",
        "120, 120, 1"
    })
    void framesPerSecondBecomeTheUsualFraction(double rate, int frames, int seconds) {
        assertThat(FrameRate.of(rate)).isEqualTo(new FrameRate(frames, seconds));
    }
}
