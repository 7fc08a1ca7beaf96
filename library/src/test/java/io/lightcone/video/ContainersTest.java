// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads small committed files of real containers and codecs, so that reading them is not judged by what was just
 * written. All show one scene: an orange square that moves to the right on blue, 3 pixels a frame, for 24 frames of
 * 96x64 at 12 frames/s.
 */
class ContainersTest {
    private static final Path FOLDER = Repository.file("library/src/test/resources/videos");
    private static final int FRAMES = 24;
    private static final int HEIGHT = 64;
    private static final int WIDTH = 96;
    private static final int SIDE = 16;
    private static final int TOP = 20;
    private static final int[] ORANGE = {230, 130, 40};
    private static final int[] BLUE = {30, 60, 150};

    /** The encodings of the files by name: H.264, MPEG-4 with B frames, VP9, a GIF, motion JPEG and FFV1. */
    private static final Map<String, Encoding> ENCODINGS = Map.of(
            "h264.mp4", like("mp4", "libopenh264", "format=yuv420p", Map.of("qmin", "20", "qmax", "20")),
            "b-frames.mov", like("mov", "mpeg4", "format=yuv420p", Map.of("qmin", "3", "qmax", "3", "bf", "2")),
            "vp9.webm", like("webm", "libvpx-vp9", "format=yuv420p", Map.of("crf", "20", "b", "0")),
            "palette.gif", like("gif", "gif", Encoding.PALETTE_PER_FRAME, Map.of()),
            "jpeg.avi", like("avi", "mjpeg", "scale=out_range=pc,format=yuvj420p", Map.of("qmin", "3", "qmax", "3")),
            "lossless.mkv", like("matroska", "ffv1", "format=bgr0", Map.of("level", "3")));

    private static Encoding like(String muxer, String encoder, String pixels, Map<String, String> options) {
        return new Encoding(muxer, encoder, pixels, options, Map.of(), true, 16, false, Map.of(), 1000);
    }

    private static int left(int frame) {
        return 3 + 3 * frame;
    }

    private static Clip scene() {
        byte[] pixels = new byte[FRAMES * HEIGHT * WIDTH * 3];
        int at = 0;
        for (int t = 0; t < FRAMES; t++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    boolean inside = y >= TOP && y < TOP + SIDE && x >= left(t) && x < left(t) + SIDE;
                    for (int c = 0; c < 3; c++) {
                        pixels[at++] = (byte) (inside ? ORANGE : BLUE)[c];
                    }
                }
            }
        }
        return new Clip("scene", FRAMES, HEIGHT, WIDTH, 3, pixels);
    }

    /** Writes the committed files again: {@code mvn test -Dtest=ContainersTest -Dlightcone.rewrite=true}. */
    @Test
    @EnabledIfSystemProperty(named = "lightcone.rewrite", matches = "true")
    void theCommittedFilesAreWrittenAgain() throws IOException {
        Files.createDirectories(FOLDER);
        long bytes = 0;
        for (Map.Entry<String, Encoding> file : ENCODINGS.entrySet()) {
            Path path = TestVideos.encode(FOLDER.resolve(file.getKey()), file.getValue(), 12, scene());
            bytes += Files.size(path);
        }
        assertThat(bytes).isLessThan(150_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264.mp4", "b-frames.mov", "vp9.webm", "palette.gif", "jpeg.avi", "lossless.mkv"})
    void aCommittedFileShowsTheSceneThatWasPutIn(String name) {
        Path file = FOLDER.resolve(name);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(HEIGHT, WIDTH, 3))) {
            Clip clip = Objects.requireNonNull(reader.clip(1000));
            assertThat(reader.clip(1)).isNull();
            assertThat(reader.remarks()).isEmpty();
            assertThat(reader.framesPerSecond()).isCloseTo(12, within(0.1));
            assertThat(clip.frames()).isEqualTo(FRAMES);
            for (int t = 0; t < FRAMES; t++) {
                byte[] frame = clip.slice(t, 1).pixels();
                assertThat(leftEdge(frame)).as("frame " + t).isCloseTo(left(t), within(1));
                assertColour(frame, TOP + SIDE / 2, left(t) + SIDE / 2, ORANGE);
                assertColour(frame, 5, 5, BLUE);
                assertColour(frame, HEIGHT - 5, WIDTH - 5, BLUE);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h264.mp4", "b-frames.mov", "vp9.webm", "palette.gif", "jpeg.avi", "lossless.mkv"})
    void aCommittedFileIsResampledByItsTime(String name) {
        try (VideoReader reader =
                VideoReader.open(FOLDER.resolve(name), new VideoReader.Options(HEIGHT, WIDTH, 3, 4, 0.5))) {
            List<Integer> frames = List.of(6, 9, 12, 15, 18, 21);
            for (int expected : frames) {
                assertThat(leftEdge(Objects.requireNonNull(reader.next()))).isCloseTo(left(expected), within(1));
            }
            assertThat(reader.next()).isNull();
        }
    }

    private static int leftEdge(byte[] frame) {
        int row = (TOP + SIDE / 2) * WIDTH;
        int x = 0;
        while (x < WIDTH && (frame[(row + x) * 3] & 255) < 130) {
            x++;
        }
        return x;
    }

    private static void assertColour(byte[] frame, int y, int x, int[] colour) {
        for (int c = 0; c < 3; c++) {
            assertThat(frame[(y * WIDTH + x) * 3 + c] & 255).isCloseTo(colour[c], within(12));
        }
    }
}
