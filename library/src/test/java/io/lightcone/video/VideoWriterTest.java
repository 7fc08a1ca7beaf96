// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightcone.UserException;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoWriterTest {
    private final Path folder;

    VideoWriterTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10 10 10 10 10 10",
        "12.5, 8 8 8 8 8 8",
        "30, 3 4 3 3 4 3",
        "25, 4 4 4 4 4 4",
        "50, 2 2 2 2 2 2",
        "60, 2 2 2 2 2",
        "1, 100 100 100 100 100 100"
    })
    void gifsKeepTimeAndLoopForEver(double rate, String delays) throws IOException {
        Path file = TestVideos.write(folder.resolve("t.gif"), rate, 1, TestVideos.moving(6, 16, 16, 3));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int loop = text.indexOf("NETSCAPE2.0");
        assertThat(loop).isPositive();
        assertThat(text.substring(loop + 11, loop + 16)).isEqualTo("\3\1\0\0\0");
        List<String> found = new ArrayList<>();
        for (int at = text.indexOf("!\u00f9\4"); at >= 0; at = text.indexOf("!\u00f9\4", at + 1)) {
            found.add(String.valueOf(text.charAt(at + 4) + 256 * text.charAt(at + 5)));
        }
        assertThat(String.join(" ", found)).isEqualTo(delays);
    }

    @Test
    void anAnimatedWebpHasItsFramesTimesAndLoop() throws IOException {
        Path file = TestVideos.write(folder.resolve("t.webp"), 12.5, 2, TestVideos.moving(7, 16, 15, 3));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(bytes.getInt(4)).isEqualTo(bytes.capacity() - 8);
        int frames = 0;
        for (int at = 12; at < bytes.capacity(); at += 8 + (bytes.getInt(at + 4) + 1) / 2 * 2) {
            String name = new String(bytes.array(), at, 4, StandardCharsets.US_ASCII);
            if (name.equals("VP8X")) {
                assertThat(bytes.getInt(at + 12) & 0xFFFFFF).isEqualTo(29); // width - 1
                assertThat(bytes.getInt(at + 14) >>> 8).isEqualTo(31); // height - 1
            } else if (name.equals("ANIM")) {
                assertThat(bytes.getShort(at + 12)).isZero(); // loops for ever
            } else if (name.equals("ANMF")) {
                assertThat(bytes.getInt(at + 20) & 0xFFFFFF).isEqualTo(80); // milliseconds
                frames++;
            }
        }
        assertThat(frames).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"frames", "frames.d/", "sub/frames"})
    void aNameWithoutEndingIsAFolderOfImages(String name) throws IOException {
        String target = folder + File.separator + name;
        Clip clip = TestVideos.moving(3, 5, 7, 3);
        try (VideoWriter writer = VideoWriter.open(target, 10, 2)) {
            for (int i = 0; i < 3; i++) {
                writer.add(clip.image(i));
            }
            assertThat(writer.finish()).isEqualTo(Path.of(target));
        }
        BufferedImage last = ImageIO.read(Path.of(target, "frame-00002.png").toFile());
        byte[] expected = Images.enlarge(clip.slice(2, 1).pixels(), 5, 7, 3, 2, 10, 14);
        assertThat(Images.pixels(last, 3)).isEqualTo(expected);
        assertThat(Objects.requireNonNull(Path.of(target).toFile().list())).hasSize(3);

        for (boolean endless : new boolean[] {false, true}) {
            assertThatThrownBy(() -> open(target, endless))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("holds images already, such as frame-0000")
                    .hasMessageEndingWith(".png: choose another folder, or delete them.");
        }
        assertThat(Objects.requireNonNull(Path.of(target).toFile().list())).hasSize(3);
    }

    private static VideoWriter open(String target, boolean endless) {
        return endless ? VideoWriter.endless(target, 10, 1) : VideoWriter.open(target, 10, 1);
    }

    @Test
    void greyImagesStayGrey() throws IOException {
        Path frames = TestVideos.write(folder.resolve("grey"), 10, 1, TestVideos.numbered(2, 4, 4));
        BufferedImage grey = ImageIO.read(frames.resolve("frame-00001.png").toFile());
        assertThat(grey.getRaster().getSample(0, 0, 0)).isEqualTo(24);
    }

    /** Another program opens the file while it is written, and nobody ever finishes it. */
    @ParameterizedTest
    @ValueSource(strings = {"day.mp4", "day.webm", "day.gif"})
    void aVideoWithoutEndCanBePlayedWhileItIsWritten(String name) {
        Path file = folder.resolve(name);
        Clip clip = TestVideos.moving(70, 16, 16, 3);
        try (VideoWriter writer = VideoWriter.endless(file.toString(), 10, 1)) {
            for (int i = 0; i < 70; i++) {
                writer.add(clip, i);
            }
            assertThat(framesSoFar(file)).isBetween(30, 70);
        }
        assertThat(framesSoFar(file)).as("closed, not finished").isBetween(30, 70);
        assertThatThrownBy(() -> VideoWriter.endless(file.toString(), 10, 1))
                .isInstanceOf(UserException.class)
                .hasMessage(file + " exists already, and a video without end is written in its place: choose another"
                        + " name, or delete it.");
    }

    private static int framesSoFar(Path file) {
        int frames = 0;
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 3))) {
            while (reader.next() != null) {
                frames++;
            }
        } catch (UserException e) {
            assertThat(e).hasMessageContaining("is cut short");
        }
        return frames;
    }

    @Test
    void aVideoThatWasBrokenOffReplacesNoEarlierFile() throws IOException {
        Path file = folder.resolve("v.mp4");
        keep(file, 2);
        assertThat(names()).containsExactly("v.mp4");
        byte[] before = Files.readAllBytes(file);
        assertThat(keep(file, 3)).isEqualTo(folder.resolve("v-incomplete.mp4"));
        assertThat(keep(file, 4)).isEqualTo(folder.resolve("v-incomplete-2.mp4"));
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(names()).containsExactly("v-incomplete-2.mp4", "v-incomplete.mp4", "v.mp4");
        assertThat(TestVideos.readAll(folder.resolve("v-incomplete.mp4"), 16, 16, 3)
                        .frames())
                .isEqualTo(3);
    }

    private static Path keep(Path file, int frames) {
        Clip clip = TestVideos.moving(frames, 16, 16, 3);
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            for (int i = 0; i < frames; i++) {
                writer.add(clip, i);
            }
            return writer.keep();
        }
    }

    @Test
    void anEarlierFileStaysWholeUntilTheNewOneIsFinished() throws IOException {
        Path file = TestVideos.write(folder.resolve("v.mp4"), 10, 1, TestVideos.moving(3, 16, 16, 3));
        byte[] before = Files.readAllBytes(file);
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            writer.add(TestVideos.moving(1, 32, 32, 3), 0);
            assertThat(names()).hasSize(2);
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        assertThat(names()).containsExactly("v.mp4");
    }

    @Test
    void framesBeforeAMistakeCanBeKept() throws IOException {
        Path file = folder.resolve("new/place/v.webm");
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            writer.add(TestVideos.moving(1, 16, 16, 3), 0);
            writer.add(TestVideos.moving(1, 16, 16, 3), 0);
            assertThatThrownBy(() -> writer.add(TestVideos.moving(1, 16, 18, 3), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("18x16x3");
            writer.finish();
            assertThat(writer.frames()).isEqualTo(2);
        }
        assertThat(TestVideos.readAll(file, 16, 16, 3).frames()).isEqualTo(2);
    }

    @Test
    void anMp4IsPlayableFromItsFirstBytesOn() throws IOException {
        Path file = TestVideos.write(folder.resolve("v.mp4"), 10, 1, TestVideos.moving(3, 16, 16, 3));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        assertThat(text.indexOf("moov")).isPositive().isLessThan(text.indexOf("mdat"));
    }

    /**
     * Unfinished files are in pieces, which some players neither search nor know the length of; finished ones are not.
     */
    @Test
    void aFinishedFileIsInOnePiece() throws IOException {
        Path mp4 = TestVideos.write(folder.resolve("v.mp4"), 10, 1, TestVideos.moving(65, 16, 16, 3));
        String boxes = Files.readString(mp4, StandardCharsets.ISO_8859_1);
        assertThat(boxes).contains("moov").doesNotContain("moof");
        Path webm = TestVideos.write(folder.resolve("v.webm"), 10, 1, TestVideos.moving(65, 16, 16, 3));
        String elements = Files.readString(webm, StandardCharsets.ISO_8859_1);
        assertThat(elements).as("an index of places to begin at").contains("\u001cS\u00bbk");
        assertThat(names()).containsExactly("v.mp4", "v.webm");
        for (Path file : List.of(mp4, webm)) {
            assertThat(TestVideos.readAll(file, 16, 16, 3).frames()).isEqualTo(65);
        }
    }

    @Test
    void troubleInWritingIsReportedInOneSentence() throws IOException {
        Path wrong = folder.resolve("v.xyz");
        assertSentence(
                wrong,
                wrong + " has an ending that cannot be written; use .mp4, .webm, .gif or .webp, or the name of a"
                        + " folder for PNG images.");
        Path directory = Files.createDirectory(folder.resolve("d.mp4"));
        assertSentence(directory, directory + " is a folder, so no video file of that name can be written.");
        Path below = Files.createFile(folder.resolve("file")).resolve("v.mp4");
        assertSentence(
                below,
                below + " cannot be written: something of that name stands in the way (" + below.getParent() + ").");
        Path kernel = Path.of("/proc/v.mp4");
        assertThatThrownBy(() -> VideoWriter.open(kernel, 10, 1))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("/proc/v.mp4 cannot be written: ");
        Path file = folder.resolve("v.mp4");
        assertThatThrownBy(() -> VideoWriter.open(file, 0, 1)).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> VideoWriter.open(file, 10, 0)).isInstanceOf(UserException.class);
        try (VideoWriter writer = VideoWriter.open(file, 10, Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> writer.add(TestVideos.numbered(1, 8, 8), 0))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("more than 8192; use a smaller scale");
        }
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            assertThatThrownBy(writer::finish)
                    .hasMessage(file + " cannot be written: a video needs at least one frame.");
            assertThatThrownBy(() -> writer.add(TestVideos.numbered(1, 8, 8), 0))
                    .isInstanceOf(UserException.class)
                    .hasMessage(file + " cannot be written: frames of 8x8 are too small for this format, which needs"
                            + " 16x16; use a larger scale or GIF.");
        }
        assertThat(names()).containsExactlyInAnyOrder("d.mp4", "file");
    }

    private static void assertSentence(Path target, String sentence) {
        assertThatThrownBy(() -> VideoWriter.open(target, 10, 1))
                .isInstanceOf(UserException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"v.mp4", "v.webm", "v.gif", "v.webp", "v"})
    void closedReadersAndWritersSayThatTheyAreClosed(String name) throws IOException {
        Clip frame = TestVideos.moving(1, 16, 16, 3);
        Path file = folder.resolve(name);
        VideoWriter writer = VideoWriter.open(file, 10, 1);
        if (!name.equals("v")) {
            writer.add(frame, 0);
        }
        writer.close();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> writer.add(frame, 0), () -> writer.add(frame.image(0)), writer::finish, writer::keep)) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the writer of " + file + " is closed");
        }
        writer.close();
        assertThat(names()).isSubsetOf("v");
        Path read = TestVideos.write(folder.resolve("r.mp4"), 10, 1, frame);
        VideoReader reader = VideoReader.open(read, VideoReader.Options.of(16, 16, 3));
        reader.close();
        for (ThrowingCallable call : List.<ThrowingCallable>of(reader::next, () -> reader.clip(1))) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the reader of " + read + " is closed");
        }
        reader.close();
    }

    @Test
    void aFullDiskIsNoticed() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        for (VideoFormat format : List.of(VideoFormat.GIF, VideoFormat.WEBM, VideoFormat.WEBP)) {
            Encoding encoding = Objects.requireNonNull(format.encoding());
            assertThatThrownBy(() -> TestVideos.encode(full, encoding, 10, TestVideos.moving(5, 64, 64, 3)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("no space left on device");
        }
    }

    /** A writer's memory does not grow with the number of frames: neither in frames, nor in objects of FFmpeg. */
    @ParameterizedTest
    @ValueSource(strings = {"long.mp4", "long.webm", "long.gif"})
    void manyFramesDoNotStayInMemory(String name) {
        Path file = folder.resolve(name);
        Clip clip = TestVideos.moving(100, 16, 16, 3);
        int before = FfmpegObjects.owned();
        try (VideoWriter writer = VideoWriter.endless(file.toString(), 10, 1)) {
            writer.add(clip, 0);
            int owned = FfmpegObjects.owned();
            while (writer.frames() < 300) {
                writer.add(clip, writer.frames() % 100);
                if (writer.frames() % 100 == 0) {
                    assertThat(writer.frames() - framesSoFar(file))
                            .as("frames held back of %d", writer.frames())
                            .isLessThanOrEqualTo(40);
                    assertThat(FfmpegObjects.owned()).isEqualTo(owned);
                }
            }
            writer.finish();
        }
        assertThat(FfmpegObjects.owned()).isEqualTo(before);
    }
}
