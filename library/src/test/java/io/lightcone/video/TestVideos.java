// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Writes videos for the tests, and measures what is read back. */
public final class TestVideos {
    static final Encoding MKV = like("matroska", "libopenh264", Map.of("qmin", "14", "qmax", "14", "b", "2000000"));
    static final Encoding MOV = like("mov", "mpeg4", Map.of("qmin", "2", "qmax", "2"));
    public static final Encoding AVI = like("avi", "mjpeg", Map.of("qmin", "2", "qmax", "2"));
    static final Encoding MP4_INDEX_LAST =
            like("mp4", "libopenh264", Map.of("qmin", "14", "qmax", "14", "b", "2000000"));

    private TestVideos() {}

    static Encoding like(String muxer, String encoder, Map<String, String> options) {
        String pixels = encoder.equals("mjpeg") ? "scale=out_range=pc,format=yuvj420p" : "format=yuv420p";
        return new Encoding(muxer, encoder, pixels, options, Map.of(), true, 16, false, Map.of(), 1000);
    }

    /** Returns soft blobs of colour that wander: easy on every encoder, different in every frame. */
    static Clip moving(int frames, int height, int width, int channels) {
        byte[] pixels = new byte[frames * height * width * channels];
        int at = 0;
        for (int t = 0; t < frames; t++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < channels; c++) {
                        double wave =
                                Math.sin(x * 2.5 / width + c + t * 0.2) + Math.cos(y * 2.5 / height - c + t * 0.15);
                        pixels[at++] = (byte) (128 + 50 * wave);
                    }
                }
            }
        }
        return new Clip("moving blobs", frames, height, width, channels, pixels);
    }

    /** Returns frames of which number i is evenly grey; see {@link #index}. */
    public static Clip numbered(int frames, int height, int width) {
        byte[] pixels = new byte[frames * height * width];
        for (int t = 0; t < frames; t++) {
            Arrays.fill(pixels, t * height * width, (t + 1) * height * width, (byte) level(t));
        }
        return new Clip("numbered frames", frames, height, width, 1, pixels);
    }

    private static int level(int index) {
        return 20 + index % 55 * 4;
    }

    /** Returns the number of a frame of {@link #numbered} by its brightness (below 55). */
    public static int index(byte[] frame) {
        double sum = 0;
        for (byte pixel : frame) {
            sum += pixel & 255;
        }
        return (int) Math.round((sum / frame.length - 20) / 4);
    }

    public static Path write(Path file, double framesPerSecond, int scale, Clip clip) {
        try (VideoWriter writer = VideoWriter.open(file, framesPerSecond, scale)) {
            for (int i = 0; i < clip.frames(); i++) {
                writer.add(clip, i);
            }
            return writer.finish();
        }
    }

    /**
     * Writes a container that {@link VideoWriter} does not offer; frame i begins at tick {@code ticks[i]}, or i if
     * null.
     */
    public static Path encode(Path file, Encoding encoding, double framesPerSecond, Clip clip, long... ticks) {
        FrameRate rate = FrameRate.of(framesPerSecond);
        try (EncodedFile out =
                new EncodedFile(file, encoding, rate, false, clip.height(), clip.width(), clip.channels())) {
            for (int i = 0; i < clip.frames(); i++) {
                out.add(clip.slice(i, 1).pixels(), ticks.length == 0 ? i : ticks[i]);
            }
            out.finish();
            return file;
        } catch (Ffmpeg.Failure e) {
            throw new UserException(e.reason(), e);
        }
    }

    /** Keeps only the first part of a file, as an interrupted copy leaves it. */
    public static Path cut(Path file, double share) throws IOException {
        Path cut = file.resolveSibling("cut-" + file.getFileName());
        byte[] bytes = Files.readAllBytes(file);
        return Files.write(cut, Arrays.copyOf(bytes, (int) (bytes.length * share)));
    }

    /** Overwrites picture number {@code index} of a motion JPEG, so that nothing of it can be decoded. */
    public static void damageJpeg(Path file, int index) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = -1;
        for (int found = -1; found < index; found++) {
            at = indexOf(bytes, new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF}, at + 1);
        }
        Arrays.fill(bytes, at, indexOf(bytes, new byte[] {(byte) 0xFF, (byte) 0xD9}, at), (byte) 0);
        Files.write(file, bytes);
    }

    /** Returns where some bytes occur first, from {@code from} on; -1 if they do not. */
    static int indexOf(byte[] bytes, byte[] wanted, int from) {
        for (int at = from; at + wanted.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }

    static Clip readAll(Path file, int height, int width, int channels) {
        return VideoReader.read(file, VideoReader.Options.of(height, width, channels), Integer.MAX_VALUE);
    }

    /** Returns the mean absolute difference of two clips of one shape, in grey levels. */
    static double difference(Clip a, Clip b) {
        if (a.pixels().length != b.pixels().length) {
            throw new AssertionError(a + " and " + b + " differ in shape");
        }
        double sum = 0;
        for (int i = 0; i < a.pixels().length; i++) {
            sum += Math.abs((a.pixels()[i] & 255) - (b.pixels()[i] & 255));
        }
        return sum / a.pixels().length;
    }
}
