// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.CsvSource;

class DamagedVideosTest {
    private static final byte[] VP8_KEY_FRAME = {(byte) 0x9D, 1, 0x2A};

    private final Path folder;

    DamagedVideosTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path vp8;

    private final List<Integer> keyFrames = new ArrayList<>();

    /** Writes VP8, whose key frames, every 25th frame, can be found by their mark; each is in a cluster of its own. */
    @BeforeEach
    void write() throws IOException {
        Encoding encoding = new Encoding(
                "webm",
                "libvpx",
                "format=yuv420p",
                Map.of("b", "400000", "g", "25", "keyint_min", "25", "auto-alt-ref", "0"),
                Map.of("cluster_time_limit", "900"),
                true,
                16,
                false,
                Map.of(),
                1000);
        vp8 = TestVideos.encode(folder.resolve("v.webm"), encoding, 25, TestVideos.moving(100, 48, 64, 3));
        byte[] bytes = Files.readAllBytes(vp8);
        for (int at = 0; at >= 0; at = TestVideos.indexOf(bytes, VP8_KEY_FRAME, at + 1)) {
            keyFrames.add(at);
        }
        keyFrames.remove(0);
        assertThat(keyFrames).hasSize(4);
    }

    /** Removes the marks of some key frames, so that they cannot be decoded. */
    private void spoilKeyFrames(int... wanted) throws IOException {
        byte[] bytes = Files.readAllBytes(vp8);
        for (int key : wanted) {
            bytes[keyFrames.get(key)] = 0;
        }
        Files.write(vp8, bytes);
    }

    @Test
    void aVideoBeginsWithTheFirstKeyframeThatCanBeDecoded() throws IOException {
        spoilKeyFrames(0);
        Clip whole = TestVideos.moving(100, 48, 64, 3);
        try (VideoReader reader = VideoReader.open(vp8, VideoReader.Options.of(48, 64, 3))) {
            Clip clip = java.util.Objects.requireNonNull(reader.clip(1000));
            assertThat(clip.frames()).isEqualTo(75);
            assertThat(TestVideos.difference(clip, whole.slice(25, 75))).isLessThan(6);
            assertThat(reader.remarks())
                    .containsExactly("25 of 100 frames are damaged (invalid data found when processing input)");
        }
    }

    @Test
    void aVideoThatIsMostlyLostIsRefused() throws IOException {
        spoilKeyFrames(0, 1, 2);
        assertThatThrownBy(() -> TestVideos.readAll(vp8, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessage(vp8 + " is damaged: 25 of 100 frames can be decoded.");
        spoilKeyFrames(3);
        assertThatThrownBy(() -> TestVideos.readAll(vp8, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessage(vp8 + " is not a video that can be read: none of its frames can be decoded"
                        + " (invalid data found when processing input).");
    }

    @ParameterizedTest
    @CsvSource({"avi, 0", "avi, 25", "avi, 10", "mov, 0", "mkv, 0", "mkv, 25"})
    void oneDamagedPictureCostsOnlyItself(String ending, double fps) throws IOException {
        Encoding jpeg =
                TestVideos.like(ending.equals("mkv") ? "matroska" : ending, "mjpeg", Map.of("qmin", "2", "qmax", "2"));
        Path file = TestVideos.encode(folder.resolve("v." + ending), jpeg, 25, TestVideos.numbered(50, 16, 16));
        TestVideos.damageJpeg(file, 20);
        try (VideoReader reader = VideoReader.open(file, new VideoReader.Options(16, 16, 1, fps, 0))) {
            Clip before = java.util.Objects.requireNonNull(reader.clip(1000));
            Clip after = java.util.Objects.requireNonNull(reader.clip(1000));
            assertThat(reader.clip(1000)).isNull();
            int every = fps == 10 ? 8 : 20;
            assertThat(before.frames()).isEqualTo(every);
            assertThat(after.frames()).isEqualTo(fps == 10 ? 11 : 29);
            assertThat(TestVideos.index(after.slice(0, 1).pixels())).isEqualTo(fps == 10 ? 22 : 21);
            assertThat(reader.remarks())
                    .containsExactly("1 of 50 frames is damaged (invalid data found when processing input)");
        }
    }

    /** A broken copy may lack bytes: a part cannot be read, and no frame reports it. */
    @Test
    void bytesMissingInTheMiddleEndASegment() throws IOException {
        byte[] bytes = Files.readAllBytes(vp8);
        int from = keyFrames.get(1) + (keyFrames.get(2) - keyFrames.get(1)) / 3;
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - 700);
        System.arraycopy(bytes, from + 700, shorter, from, shorter.length - from);
        Files.write(vp8, shorter);
        try (VideoReader reader = VideoReader.open(vp8, VideoReader.Options.of(16, 16, 3))) {
            int start = 0;
            while (reader.next() != null) {
                start = reader.startsSegment() ? reader.framesRead() - 1 : start;
            }
            assertThat(reader.framesRead()).isBetween(76, 99);
            assertThat(start).as("a stretch begins where the bytes are missing").isBetween(26, 50);
            assertThat(reader.remarks()).contains("frames are missing in 1 place that cannot be read");
        }
    }
}
