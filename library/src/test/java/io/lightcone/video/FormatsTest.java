// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The content of a file decides how it is read, and not its name. */
class FormatsTest {
    @ParameterizedTest
    @CsvSource({
        "mpegts, libopenh264",
        "mpegts, mpeg2video",
        "flv, libopenh264",
        "flv, flv",
        "vob, mpeg2video",
        "mpeg1video, mpeg1video",
        "yuv4mpegpipe, wrapped_avframe",
        "apng, apng",
        "ogg, libvpx",
        "asf, wmv2",
        "ivf, libvpx",
        "nut, mpeg4",
        "h264, libopenh264",
        "m4v, mpeg4",
        "mxf, mpeg2video",
        "matroska, ffv1",
        "gif, gif",
        "avi, mjpeg"
    })
    void manyContainersAreReadUnderAnyName(String muxer, String encoder, @TempDir Path folder) {
        Map<String, String> options = Map.of("b", "1000000");
        String pixels = switch (encoder) {
            case "apng" -> "format=rgb24";
            case "gif" -> Encoding.PALETTE_PER_FRAME;
            case "mjpeg" -> "scale=out_range=pc,format=yuvj420p";
            default -> "format=yuv420p";
        };
        Encoding encoding = new Encoding(muxer, encoder, pixels, options, Map.of(), true, 16, false, Map.of(), 1000);
        Clip clip = TestVideos.moving(30, 48, 64, 3);
        Path file = TestVideos.encode(folder.resolve("v.mp4"), encoding, 25, clip);
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(48, 64, 3))) {
            Clip back = java.util.Objects.requireNonNull(reader.clip(1000));
            assertThat(reader.clip(1000)).isNull();
            assertThat(back.frames()).isEqualTo(30);
            assertThat(TestVideos.difference(back, clip)).isLessThan(6);
            assertThat(reader.remarks()).isEmpty();
            assertThat(reader.framesPerSecond()).isBetween(24.0, 26.0);
        }
    }

    @Test
    void aKindThatIsNotReadIsNamed(@TempDir Path folder) throws IOException {
        Path webp = folder.resolve("v.webp");
        TestVideos.write(webp, 10, 1, TestVideos.moving(5, 32, 32, 3));
        assertNamed(webp, "animated WebP; convert it to MP4 or GIF");
        Path png = folder.resolve("picture.mp4");
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR), "png", png.toFile());
        assertNamed(png, "piped png sequence; convert it to MP4");
    }

    private static void assertNamed(Path file, String kind) {
        assertThatThrownBy(() -> TestVideos.readAll(file, 16, 16, 3))
                .isInstanceOf(UserException.class)
                .hasMessage(file + " is not a video that can be read: it is of a kind that is not read, " + kind + ".");
    }
}
