// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A decoder leaves out, without an error, frames that it cannot decode from what there is; they are counted all the
 * same.
 */
class UnreportedLossesTest {
    private static final int FRAMES = 50;

    private final Path folder;

    UnreportedLossesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /** Every tenth frame is a key frame; MPEG-2 and MPEG-4 have two B-frames between others. */
    private Path whole(String muxer, String encoder) {
        Map<String, String> options = encoder.equals("libopenh264")
                ? Map.of("g", "10", "qmin", "14", "qmax", "14", "b", "2000000")
                : Map.of("g", "10", "bf", "2", "qmin", "2", "qmax", "2", "sc_threshold", "1000000000");
        return TestVideos.encode(
                folder.resolve("whole." + muxer),
                TestVideos.like(muxer, encoder, options),
                25,
                TestVideos.numbered(FRAMES, 48, 64));
    }

    private Path without(String muxer, String encoder, IntPredicate unwanted) {
        return Remux.copy(whole(muxer, encoder), folder.resolve("cut." + muxer), muxer, unwanted.negate());
    }

    private static void assertGives(Path file, int from, int to, String... remarks) {
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(48, 64, 1))) {
            Clip clip = Objects.requireNonNull(reader.clip(1000));
            assertThat(clip.frames()).isEqualTo(to - from);
            assertThat(TestVideos.index(clip.slice(0, 1).pixels())).isEqualTo(from);
            assertThat(reader.next()).isNull();
            assertThat(reader.remarks()).isEqualTo(List.of(remarks));
        }
    }

    @ParameterizedTest
    @CsvSource({"matroska", "mp4", "mov", "mpegts", "avi", "flv", "h264"})
    void framesWhoseKeyFrameIsMissingAreCounted(String muxer) {
        Path file = without(muxer, "libopenh264", number -> number == 0);
        assertGives(file, 10, FRAMES, "9 of 49 frames are damaged (no key frame comes before)");
    }

    @ParameterizedTest
    @CsvSource({"matroska", "mpegts", "mpeg2video"})
    void framesOfMpegWhoseKeyFrameIsMissingAreCounted(String muxer) {
        Path file = without(muxer, "mpeg2video", number -> number == 0);
        assertGives(file, 12, FRAMES, "11 of 49 frames are damaged (no key frame comes before)");
    }

    @ParameterizedTest
    @CsvSource({
        "matroska, libopenh264", "mp4, libopenh264", "mpegts, libopenh264", "avi, libopenh264", "h264, libopenh264",
        "matroska, mpeg2video", "mp4, mpeg2video", "mpegts, mpeg2video", "mpeg, mpeg2video", "avi, mpeg2video",
        "mpeg2video, mpeg2video", "matroska, mpeg1video", "mpeg, mpeg1video", "mp4, mpeg4", "avi, mpeg4",
        "matroska, mpeg4"
    })
    void aWholeVideoHasNoRemark(String muxer, String encoder) {
        assertGives(whole(muxer, encoder), 0, FRAMES);
    }

    /**
     * The first key frame has B-frames behind it which need the frames before: such files are whole, as any recording.
     */
    @ParameterizedTest
    @CsvSource({"matroska", "mpegts", "mpeg2video"})
    void aVideoThatBeginsWithAnOpenGroupOfPicturesHasNoRemark(String muxer) {
        Path file = without(muxer, "mpeg2video", number -> number < 10);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(48, 64, 1))) {
            Clip clip = Objects.requireNonNull(reader.clip(1000));
            assertThat(clip.frames()).isBetween(FRAMES - 14, FRAMES - 10);
            assertThat(reader.remarks()).isEmpty();
        }
    }

    @Test
    void aVideoWithoutAnyKeyFrameIsRefusedForThat() {
        Path file = without("matroska", "libopenh264", number -> number % 10 == 0);
        assertThatThrownBy(() -> TestVideos.readAll(file, 48, 64, 1))
                .isInstanceOf(UserException.class)
                .hasMessage(file + " is not a video that can be read: none of its frames can be decoded"
                        + " (no key frame comes before).");
    }
}
