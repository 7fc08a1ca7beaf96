// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container says of itself does not outweigh the frames that were decoded. */
class ContainerClaimsTest {
    private static final int FRAMES = 50;

    private final Path folder;

    ContainerClaimsTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path video(String ending, long first) {
        Clip clip = TestVideos.numbered(FRAMES, 32, 32);
        long[] ticks = LongStream.range(first, first + FRAMES).toArray();
        Encoding encoding = switch (ending) {
            case "mkv" -> TestVideos.MKV;
            case "mov" -> TestVideos.MOV;
            case "avi" -> TestVideos.AVI;
            case "mp4" -> TestVideos.MP4_INDEX_LAST;
            case "webm" -> TestVideos.like("webm", "libvpx", java.util.Map.of("b", "300000", "g", "25"));
            default -> throw new IllegalArgumentException(ending);
        };
        return TestVideos.encode(folder.resolve("v." + ending), encoding, 25, clip, ticks);
    }

    private static List<String> remarksAfterAllFrames(Path file) {
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 1))) {
            for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                assertThat(TestVideos.index(frame)).isEqualTo(reader.framesRead() - 1);
                assertThat(reader.startsSegment()).isFalse();
            }
            assertThat(reader.framesRead()).isEqualTo(FRAMES);
            return reader.remarks();
        }
    }

    private static Path put(Path file, int at, int value) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        return Files.write(file, bytes);
    }

    private static int find(Path file, String mark) throws IOException {
        return TestVideos.indexOf(Files.readAllBytes(file), mark.getBytes(StandardCharsets.US_ASCII), 0);
    }

    @ParameterizedTest
    @CsvSource({"mkv, 25", "webm, 25", "mkv, 250000", "webm, 250000", "mp4, 25", "mov, 2500"})
    void aPieceOfALongerRecordingNeedNotBeginAtZero(String ending, long first) {
        assertThat(remarksAfterAllFrames(video(ending, first))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 1, 100_000, -8, -1000})
    void aRiffMayHaveAnySize(int more) throws IOException {
        Path file = video("avi", 0);
        int size = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(4);
        assertThat(remarksAfterAllFrames(put(file, 4, size + more))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {51, 60, 1000, 1_000_000})
    void anAviMayDeclareMoreFramesThanItHas(int declared) throws IOException {
        Path file = video("avi", 0);
        put(file, find(file, "avih") + 8 + 16, declared);
        put(file, find(file, "strh") + 8 + 32, declared);
        List<String> remarks = remarksAfterAllFrames(file);
        assertThat(remarks).allMatch(remark -> remark.equals("it ends early: 50 of " + declared + " frames"));
        assertThat(remarks).hasSize(declared > 100 ? 1 : remarks.size());
    }

    @ParameterizedTest
    @CsvSource({
        "mp4, words", "mov, words", "mkv, words", "webm, words", "avi, words",
        "mp4, zeros", "mov, zeros", "mkv, zeros", "webm, zeros", "avi, zeros",
        "mp4, box", "mov, box"
    })
    void bytesMayFollowTheEndOfAVideo(String ending, String what) throws IOException {
        Path file = video(ending, 0);
        byte[] more = switch (what) {
            case "words" -> "Downloaded from an archive of films.\n".repeat(9).getBytes(StandardCharsets.UTF_8);
            case "box" ->
                ByteBuffer.allocate(40).putInt(1 << 20).putInt(0x66726565).array(); // "free", cut short
            default -> new byte[1000];
        };
        byte[] bytes = Files.readAllBytes(file);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, longer, bytes.length, more.length);
        assertThat(remarksAfterAllFrames(Files.write(file, longer))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "1, it is cut short: 50 frames read"})
    void aGifNeedNotEndWithItsMark(int missing, String remark) throws IOException {
        Path file = TestVideos.write(folder.resolve("v.gif"), 25, 1, TestVideos.numbered(FRAMES, 32, 32));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - missing));
        assertThat(String.join("; ", remarksAfterAllFrames(file))).isEqualTo(remark);
    }
}
