// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.testing.NativeObjects;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoStreamTest {
    private static final int FRAMES = 90;
    private static final Clip CLIP = TestVideos.moving(FRAMES, 32, 48, 3);

    /** A stream that fails once it has taken some bytes. */
    private static final class Failing extends OutputStream {
        private final int room;
        private final Exception failure;
        private int taken;
        private int calls;

        Failing(int room, Exception failure) {
            this.room = room;
            this.failure = failure;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            calls += taken > room ? 1 : 0;
            taken += length;
            if (taken > room && failure instanceof IOException io) {
                throw io;
            } else if (taken > room && failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
        }
    }

    private static void write(OutputStream stream, String name) {
        try (VideoWriter writer = VideoWriter.stream(stream, name, 30, 2)) {
            for (int frame = 0; frame < FRAMES; frame++) {
                writer.add(CLIP, frame);
            }
            assertThat(writer.finish()).isEqualTo(Path.of(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v.mp4", "v.webm", "v.gif"})
    void aStreamHasTheFramesOfAFile(String name, @TempDir Path folder) throws IOException {
        boolean[] closed = new boolean[1];
        ByteArrayOutputStream bytes = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        int owned = FfmpegObjects.owned();
        write(bytes, name);
        assertThat(FfmpegObjects.owned()).isEqualTo(owned);
        assertThat(closed[0]).as("whose the stream is").isFalse();

        Path streamed = Files.write(folder.resolve("streamed-" + name), bytes.toByteArray());
        Path file = TestVideos.write(folder.resolve(name), 30, 2, CLIP);
        Clip read = TestVideos.readAll(streamed, 64, 96, 3);
        assertThat(read.frames()).isEqualTo(FRAMES);
        assertThat(read.pixels()).isEqualTo(TestVideos.readAll(file, 64, 96, 3).pixels());
    }

    @ParameterizedTest
    @ValueSource(strings = {"v.mp4", "v.webm", "v.gif"})
    void mostOfItIsThereBeforeTheEnd(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (VideoWriter writer = VideoWriter.stream(bytes, name, 30, 1)) {
            for (int frame = 0; frame < FRAMES; frame++) {
                writer.add(CLIP, frame);
            }
            int before = bytes.size();
            writer.finish();
            assertThat(before).isGreaterThan(bytes.size() / 3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v.mp4", "v.webm", "v.gif"})
    void aStreamThatFailsIsToldInOneSentenceAndFreesEverything(String name) {
        int owned = FfmpegObjects.owned();
        for (int room : new int[] {0, 100, 2_000}) {
            Failing stream = new Failing(room, new IOException("Broken pipe"));
            assertThatThrownBy(() -> write(stream, name))
                    .isInstanceOf(UserException.class)
                    .hasMessage(name + " cannot be written: broken pipe.");
            assertThat(stream.calls).as("calls after the failure").isZero();
            assertThat(FfmpegObjects.owned()).isEqualTo(owned);
        }
        IllegalStateException unexpected = new IllegalStateException("unexpected");
        assertThatThrownBy(() -> write(new Failing(100, unexpected), name)).isSameAs(unexpected);
        assertThat(FfmpegObjects.owned()).isEqualTo(owned);
    }

    @Test
    void noCallbackIsLeftBehind() {
        assertThat(NativeObjects.leftBy(1, 10, () -> write(OutputStream.nullOutputStream(), "v.gif")))
                .isLessThan(10);
        assertThat(NativeObjects.leftBy(
                        1,
                        10,
                        () -> assertThatThrownBy(() -> write(new Failing(500, new IOException("full")), "v.gif"))
                                .isInstanceOf(UserException.class)))
                .isLessThan(10);
    }

    @Test
    void whatCannotBeStreamedIsRefused() {
        for (String name : List.of("v.webp", "v", "frames/")) {
            assertThatThrownBy(() -> VideoWriter.stream(OutputStream.nullOutputStream(), name, 10, 1))
                    .isInstanceOf(UserException.class)
                    .hasMessage(name + " cannot be written to a stream in that format; use .mp4, .webm or .gif.");
        }
    }

    @Test
    void aProgramMayTakeTheFramesItself() {
        List<byte[]> taken = new ArrayList<>();
        boolean[] closed = new boolean[1];
        FrameSink sink = new FrameSink() {
            @Override
            public void add(byte[] pixels, int height, int width, int channels) throws IOException {
                if (taken.size() == 2) {
                    throw new IOException("No more");
                }
                assertThat(pixels).hasSize(height * width * channels);
                taken.add(pixels);
            }

            @Override
            public Path finish(boolean replacing) {
                return Path.of("mine");
            }

            @Override
            public @Nullable Path salvage() {
                return null;
            }

            @Override
            public void close() {
                closed[0] = true;
            }
        };
        try (VideoWriter writer = VideoWriter.to(sink, "my screen")) {
            writer.add(CLIP, 0);
            writer.add(CLIP.image(1));
            assertThatThrownBy(() -> writer.add(CLIP, 2))
                    .isInstanceOf(UserException.class)
                    .hasMessage("my screen cannot be written: no more.");
        }
        assertThat(taken).hasSize(2);
        assertThat(taken.get(1)).isEqualTo(CLIP.slice(1, 1).pixels());
        assertThat(closed[0]).isTrue();
    }
}
