// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lightcone.UserException;
import io.lightcone.testing.Repository;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reads real videos of the shared data folder. All of them are good: none may be called bad, and every frame must come.
 */
class SharedClipsTest {
    private static final Map<String, Integer> FRAMES = Map.of(
            "corridor-person.mp4", 1394,
            "cars-from-above.mp4", 377,
            "bottles.mp4", 1189,
            "flower.mp4", 150,
            "film-dialogue.mp4", 185,
            "stream-of-water.mp4", 90,
            "street.gif", 41,
            "motorway-traffic.mp4", 1769);

    static Path data() {
        return Repository.shared("data");
    }

    @BeforeEach
    void needsTheSharedData() {
        assumeTrue(Files.isDirectory(data().resolve("clips")), "the shared data folder is missing: " + data());
    }

    @Test
    void everyGoodVideoIsReadToItsEnd() throws IOException {
        List<String> wrong = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        for (String folder : List.of("clips", "asl")) {
            try (Stream<Path> found = Files.walk(data().resolve(folder))) {
                found.filter(Files::isRegularFile).forEach(files::add);
            }
        }
        for (Path file : files) {
            int frames = 0;
            try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(32, 32, 3))) {
                while (reader.next() != null) {
                    frames++;
                    wrong.addAll(
                            reader.startsSegment() ? List.of(file + " has a gap before frame " + frames) : List.of());
                }
                wrong.addAll(reader.remarks());
            }
            int expected = FRAMES.getOrDefault(file.getFileName().toString(), frames);
            if (frames != expected || frames < 40) {
                wrong.add(file + " gave " + frames + " frames instead of " + expected);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"clips/street.gif", "clips/flower.mp4", "clips/stream-of-water.mp4", "asl/no/no.mkv"})
    void aRealVideoThatIsCutShortIsFound(String name, @TempDir Path folder) throws IOException {
        for (double share : new double[] {0.3, 0.6, 0.95}) {
            byte[] bytes = Files.readAllBytes(data().resolve(name));
            Path cut = folder.resolve("cut" + name.substring(name.lastIndexOf('.')));
            Files.write(cut, Arrays.copyOf(bytes, (int) (bytes.length * share)));
            assertThat(verdict(cut)).contains("cut short");
        }
    }

    /** Returns all that is reported of a file, whether it can be used or not. */
    private static String verdict(Path file) {
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(8, 8, 1))) {
            while (reader.next() != null) {
                assertThat(reader.framesRead()).isPositive();
            }
            return reader.remarks().toString();
        } catch (UserException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v.mp4", "v.webm", "v.gif", "v.webp", "v"})
    void noiseIsWrittenToEveryFormatAndReadBack(String name, @TempDir Path folder) throws IOException {
        Path file = data().resolve("odd/noise128.mkv");
        assumeTrue(Files.exists(file), "the shared data folder lacks " + file);
        Clip noise = TestVideos.readAll(file, 128, 128, 3);
        assertThat(noise.frames()).isGreaterThan(1);
        Path written = TestVideos.write(folder.resolve(name), 10, 1, noise);
        switch (name) {
            case "v.webp" -> assertThat(Webp.milliseconds(written)).isEqualTo(100 * noise.frames());
            case "v" -> assertThat(pictures(written).pixels()).isEqualTo(noise.pixels());
            default -> {
                try (VideoReader reader = VideoReader.open(written, VideoReader.Options.of(128, 128, 3))) {
                    Clip back = Objects.requireNonNull(reader.clip(Integer.MAX_VALUE));
                    assertThat(reader.next()).isNull();
                    assertThat(reader.remarks()).isEmpty();
                    assertThat(TestVideos.difference(back, noise)).isLessThan(60);
                }
            }
        }
    }

    private static Clip pictures(Path folder) throws IOException {
        List<BufferedImage> images = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path image : files.sorted().toList()) {
                images.add(ImageIO.read(image.toFile()));
            }
        }
        return Clip.of("pictures", images, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "segk1.mkv, 25, 0, ''",
        "gif-notrailer.gif, 20, 0, it is cut short: 20 frames read",
        "riff-plus8.avi, 50, 0, ''",
        "m-hflip.mp4, 10, 0, ''",
        "jump1h.mp4, 50, 25, its time stamps jump from 0.96 s to 3601 s",
        "m4-noise.avi, 99, 40, 1 of 100 frames is damaged (its picture is incomplete)",
        "vp8-nokey.webm, 75, 0, 20 of 95 frames are damaged (invalid data found when processing input)",
        "ts-as.mp4, 50, 0, ''",
        "gif-delay1.gif, 5, 0, ''"
    })
    void damagedRealFilesGiveTheirWholeFrames(String name, int frames, int gap, String remark) {
        Path file = data().resolve("odd").resolve(name);
        assumeTrue(Files.exists(file), "the shared data folder lacks " + file);
        int last = 0;
        try (VideoReader reader = VideoReader.open(file, VideoReader.Options.of(16, 16, 3))) {
            while (reader.next() != null) {
                last = reader.startsSegment() ? reader.framesRead() - 1 : last;
            }
            assertThat(reader.framesRead()).isEqualTo(frames);
            assertThat(last).isEqualTo(gap);
            assertThat(String.join("; ", reader.remarks())).isEqualTo(remark);
        }
    }
}
