// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every format holds frames whatever they show, above all noise, which a model generates that has hardly learned. */
class AnyFramesTest {
    private static final int FRAMES = 4;

    private final Path folder;

    AnyFramesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Kinds of frames, by what they show. */
    enum Picture {
        NOISE,
        CLIPPED_NOISE,
        BLACK_OR_WHITE_NOISE,
        BLACK,
        WHITE,
        CHECKERBOARD,
        GRADIENT;

        Clip clip(int frames, int height, int width, int channels) {
            byte[] pixels = new byte[frames * height * width * channels];
            Random random = new Random(name().hashCode());
            for (int i = 0; i < pixels.length; i++) {
                int place = i / channels;
                pixels[i] = (byte) level(random, place % width, place / width % height, place / width / height, width);
            }
            return new Clip(name(), frames, height, width, channels, pixels);
        }

        private int level(Random random, int x, int y, int frame, int width) {
            return switch (this) {
                case NOISE -> random.nextInt(256);
                case CLIPPED_NOISE -> (int) Math.max(0, Math.min(255, 127.5 + 127.5 * random.nextGaussian()));
                case BLACK_OR_WHITE_NOISE -> random.nextBoolean() ? 255 : 0;
                case BLACK -> 0;
                case WHITE -> 255;
                case CHECKERBOARD -> (x + y + frame) % 2 * 255;
                case GRADIENT -> 255 * x / width;
            };
        }
    }

    static Stream<Arguments> allKinds() {
        int[][] sizes = {{1, 1}, {2, 2}, {3, 5}, {16, 16}, {17, 31}, {32, 32}, {64, 64}, {96, 96}, {128, 128}};
        return Stream.of("mp4", "webm", "gif", "webp", "png")
                .flatMap(format -> Stream.of(sizes)
                        .filter(size -> size[0] >= smallest(format))
                        .flatMap(size ->
                                Stream.of(1, 3).map(channels -> Arguments.of(format, size[0], size[1], channels))));
    }

    private static int smallest(String format) {
        return format.equals("mp4") ? 15 : 1;
    }

    @ParameterizedTest(name = "{0} of {1}x{2} pixels of {3} bytes")
    @MethodSource("allKinds")
    void everyFormatHoldsEveryPicture(String format, int height, int width, int channels) throws IOException {
        for (Picture picture : Picture.values()) {
            requireHeld(format, picture.clip(FRAMES, height, width, channels), 1);
        }
    }

    static Stream<Arguments> large() {
        return Stream.of(
                Arguments.of("mp4", 256, 256, 1),
                Arguments.of("mp4", 512, 512, 1),
                Arguments.of("mp4", 1024, 1024, 1),
                Arguments.of("mp4", 1080, 1920, 1),
                Arguments.of("mp4", 16, 1024, 1),
                Arguments.of("mp4", 1024, 16, 1),
                Arguments.of("mp4", 8, 8, 2),
                Arguments.of("mp4", 64, 64, 8),
                Arguments.of("webm", 256, 256, 1),
                Arguments.of("gif", 256, 256, 2),
                Arguments.of("webp", 256, 256, 2),
                Arguments.of("png", 512, 512, 2));
    }

    @ParameterizedTest(name = "{0} of {1}x{2} pixels, enlarged {3} times")
    @MethodSource("large")
    void largeFramesAreHeld(String format, int height, int width, int scale) throws IOException {
        for (Picture picture : List.of(Picture.CLIPPED_NOISE, Picture.BLACK_OR_WHITE_NOISE)) {
            requireHeld(format, picture.clip(2, height, width, 3), scale);
        }
    }

    private void requireHeld(String format, Clip clip, int scale) throws IOException {
        String name = clip.name() + (format.equals("png") ? "" : "." + format);
        Path file = TestVideos.write(folder.resolve(name), 10, scale, clip);
        if (format.equals("webp")) { // which FFmpeg does not read if it moves
            boolean still = IntStream.range(1, clip.frames()) // of which one image is made
                    .allMatch(f -> TestVideos.difference(clip.slice(f, 1), clip.slice(0, 1)) == 0);
            assertThat(Webp.milliseconds(file)).as(clip.name()).isEqualTo(still ? 0 : 100 * clip.frames());
            return;
        }
        Clip back = format.equals("png") ? images(file, scale, clip) : video(file, format, scale, clip);
        assertThat(back.frames()).as(clip.name()).isEqualTo(clip.frames());
        assertThat(difference(clip, back)).as(clip.name()).isLessThan(most(format, clip));
    }

    /**
     * Returns the largest mean error in grey levels: a palette has 256 colours of noise, and formats for video halve
     * the resolution of colour.
     */
    private static double most(String format, Clip clip) {
        return switch (format) {
            case "png" -> 1e-9;
            case "gif" -> 20;
            default -> clip.channels() == 1 ? 12 : 20;
        };
    }

    /**
     * Reads the frames as large as they are in the file, where sides are even, and takes one of each scale x scale
     * equal pixels.
     */
    private static Clip video(Path file, String format, int scale, Clip like) {
        int side = format.equals("gif") ? 1 : 2;
        int height = (like.height() * scale + side - 1) / side * side;
        int width = (like.width() * scale + side - 1) / side * side;
        Clip all = TestVideos.readAll(file, height, width, like.channels());
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        for (int frame = 0; frame < all.frames(); frame++) {
            pixels.writeBytes(smaller(all.slice(frame, 1).pixels(), width, scale, like));
        }
        return new Clip("back", all.frames(), like.height(), like.width(), like.channels(), pixels.toByteArray());
    }

    private static Clip images(Path file, int scale, Clip like) throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        int frames = 0;
        for (Path image = image(file, 0); Files.exists(image); image = image(file, frames)) {
            byte[] all = Images.pixels(ImageIO.read(image.toFile()), like.channels());
            pixels.writeBytes(smaller(all, like.width() * scale, scale, like));
            frames++;
        }
        return new Clip("back", frames, like.height(), like.width(), like.channels(), pixels.toByteArray());
    }

    private static Path image(Path file, int frame) {
        return file.resolve(String.format(Locale.ROOT, "frame-%05d.png", frame));
    }

    private static byte[] smaller(byte[] pixels, int width, int scale, Clip like) {
        byte[] small = new byte[like.height() * like.width() * like.channels()];
        for (int i = 0; i < small.length; i++) {
            int place = i / like.channels();
            int x = place % like.width() * scale;
            int y = place / like.width() * scale;
            small[i] = pixels[(y * width + x) * like.channels() + i % like.channels()];
        }
        return small;
    }

    /** Returns the mean absolute difference of brightness, in grey levels. */
    private static double difference(Clip a, Clip b) {
        assertThat(b.pixels()).hasSameSizeAs(a.pixels());
        int channels = a.channels();
        double sum = 0;
        for (int i = 0; i < a.pixels().length; i += channels) {
            sum += Math.abs(brightness(a.pixels(), i, channels) - brightness(b.pixels(), i, channels));
        }
        return sum * channels / a.pixels().length;
    }

    private static double brightness(byte[] pixels, int at, int channels) {
        return channels == 1
                ? pixels[at] & 255
                : 0.2126 * (pixels[at] & 255) + 0.7152 * (pixels[at + 1] & 255) + 0.0722 * (pixels[at + 2] & 255);
    }

    /** A frame of noise costs itself some quality, but the frames after the next key frame none. */
    @Test
    void afterNoiseTheQualityIsAsBefore() {
        Clip smooth = TestVideos.moving(40, 96, 96, 3);
        Clip noise = Picture.BLACK_OR_WHITE_NOISE.clip(1, 96, 96, 3);
        Path file = folder.resolve("mixed.mp4");
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            writer.add(smooth, 0);
            writer.add(noise, 0);
            for (int i = 0; i < 40; i++) {
                writer.add(smooth, i);
            }
            writer.finish();
        }
        Clip back = TestVideos.readAll(file, 96, 96, 3);
        assertThat(back.frames()).isEqualTo(42);
        assertThat(difference(noise, back.slice(1, 1))).isLessThan(20);
        assertThat(difference(smooth, back.slice(2, 40))).isLessThan(3);
        assertThat(difference(smooth.slice(30, 10), back.slice(32, 10))).isLessThan(1);
    }

    /** Frames of one colour have palettes of one colour, and that of the first frame may come again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aGifShowsColoursThatComeAgain(int channels) {
        int[] levels = {0, 255, 0, 0, 100, 0, 255, 100, 0};
        byte[] pixels = new byte[levels.length * 64 * channels];
        for (int i = 0; i < pixels.length; i++) {
            boolean onTheLeft = i / channels % 8 < 4;
            pixels[i] = (byte) (onTheLeft ? levels[i / channels / 64] : levels[i / channels / 64] / 2);
        }
        Clip flashes = new Clip("flashes", levels.length, 8, 8, channels, pixels);
        Clip back = TestVideos.readAll(TestVideos.write(folder.resolve("flashes.gif"), 10, 1, flashes), 8, 8, channels);
        assertThat(difference(flashes, back)).isLessThan(1);
    }

    /** Coarser qualities are found even from a quality at which only the smoothest frames have room. */
    @Test
    void everyQualityHasCoarserOnesBelow() {
        Encoding mkv = TestVideos.like("matroska", "libopenh264", Map.of("qmin", "4", "qmax", "4", "b", "2000000"));
        Clip noise = Picture.BLACK_OR_WHITE_NOISE.clip(30, 64, 64, 3);
        Path file = TestVideos.encode(folder.resolve("noise.mkv"), mkv, 10, noise);
        Clip back = TestVideos.readAll(file, 64, 64, 3);
        assertThat(back.frames()).isEqualTo(30);
        assertThat(difference(noise, back)).isLessThan(24);
    }
}
