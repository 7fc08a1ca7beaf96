// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadVideosTest {
    private final Path folder;

    BadVideosTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path video(String kind) {
        Clip clip = TestVideos.moving(60, 48, 64, 3);
        return switch (kind) {
            case "mkv" -> TestVideos.encode(folder.resolve("v.mkv"), TestVideos.MKV, 30, clip);
            case "mov" -> TestVideos.encode(folder.resolve("v.mov"), TestVideos.MOV, 30, clip);
            case "avi" -> TestVideos.encode(folder.resolve("v.avi"), TestVideos.AVI, 30, clip);
            case "mp4" -> TestVideos.encode(folder.resolve("v.mp4"), TestVideos.MP4_INDEX_LAST, 30, clip);
            case "faststart" -> TestVideos.write(folder.resolve("v.mp4"), 30, 1, clip);
            default -> TestVideos.write(folder.resolve("v." + kind), 30, 1, clip);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "mov"})
    void aCutFileWithoutItsIndexCannotBeOpened(String kind) throws IOException {
        Path cut = TestVideos.cut(video(kind), 0.6);
        assertThatThrownBy(() -> TestVideos.readAll(cut, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessage(cut + " is not a video that can be read: invalid data found when processing input;"
                        + " the file is cut short.");
    }

    @ParameterizedTest
    @CsvSource({
        "faststart, 0.6",
        "mkv, 0.6",
        "webm, 0.6",
        "avi, 0.6",
        "gif, 0.6",
        "faststart, 0.97",
        "mkv, 0.97",
        "webm, 0.97",
        "avi, 0.97",
        "gif, 0.99"
    })
    void aCutFileGivesItsGoodFramesAndARemark(String kind, double share) throws IOException {
        Path whole = video(kind);
        Path cut = TestVideos.cut(whole, share);
        Clip reference = TestVideos.readAll(whole, 48, 64, 3);
        try (VideoReader reader = VideoReader.open(cut, VideoReader.Options.of(48, 64, 3))) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                int size = frame.length;
                int from = (reader.framesRead() - 1) * size;
                byte[] good = Arrays.copyOfRange(reference.pixels(), from, from + size);
                assertThat(Arrays.equals(frame, good)).isTrue();
            }
            assertThat(reader.framesRead()).isBetween(30, 60);
            assertThat(String.join("; ", reader.remarks()))
                    .matches("(.*; )?it is cut short: \\d+ (of 60 frames|frames read)");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"faststart", "mkv", "webm", "avi"})
    void aFileOfWhichLittleIsLeftIsRefused(String kind) throws IOException {
        Path cut = TestVideos.cut(video(kind), 0.35);
        assertThatThrownBy(() -> TestVideos.readAll(cut, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessageMatching("\\Q" + cut + "\\E is cut short: \\d+ of 60 frames can be decoded\\.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"faststart", "mkv", "mov", "webm"})
    void damageInTheMiddleIsReported(String kind) throws IOException {
        Path file = video(kind);
        byte[] bytes = Files.readAllBytes(file);
        byte[] noise = new byte[bytes.length / 5];
        new Random(1).nextBytes(noise);
        System.arraycopy(noise, 0, bytes, bytes.length / 2, noise.length);
        Files.write(file, bytes);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 3))) {
            while (reader.next() != null) {
                assertThat(reader.framesRead()).isLessThanOrEqualTo(60);
            }
            assertThat(reader.remarks()).isNotEmpty();
        } catch (UserException e) {
            assertThat(e).hasMessageStartingWith(file.toString());
        }
    }

    @Test
    void aFileThatIsNoVideoIsReportedInOneSentence() throws IOException {
        Path text = Files.writeString(folder.resolve("text.mp4"), "#EXTM3U\nhttp://example.com/x.ts\n".repeat(50));
        Path empty = Files.createFile(folder.resolve("empty.mkv"));
        Path header = Files.write(
                folder.resolve("head.gif"), new byte[] {'G', 'I', 'F', '8', '9', 'a', 8, 0, 8, 0, 0, 0, 0, 0x3B});
        assertSentence(text, text + " is not a video that can be read: invalid data found when processing input.");
        assertSentence(empty, empty + " is not a video that can be read: it is empty.");
        assertSentence(folder, folder + " is a folder where a video file is expected.");
        Path missing = folder.resolve("missing.mp4");
        assertSentence(missing, "There is no such file as " + missing + ".");
        Path loop = Files.createSymbolicLink(folder.resolve("loop.mp4"), Path.of("loop.mp4"));
        assertThatThrownBy(() -> TestVideos.readAll(loop, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(loop + " cannot be read: too many levels of symbolic links");
        assertThatThrownBy(() -> TestVideos.readAll(header, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(header + " is not a video that can be read: ");
    }

    @Test
    void soundAloneIsNoVideo() throws IOException {
        Path sound = SoundFile.write(folder.resolve("sound.avi"));
        assertSentence(sound, sound + " is not a video that can be read: it holds sound but no pictures.");
    }

    private static void assertSentence(Path file, String sentence) {
        assertThatThrownBy(() -> TestVideos.readAll(file, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessage(sentence);
    }
}
