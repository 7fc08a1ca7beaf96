// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.data.MovingDigits.Scene;
import io.lightcone.video.Clip;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovingDigitsTest {
    private static final int FRAMES = 40;

    @Test
    void theSameSeedDrawsTheSameClip() {
        MovingDigits digits = MovingDigits.of(MovingDigitsConfig.of(32, 2, 14, 2), FRAMES);
        assertThat(digits.training(new SplittableRandom(3)).pixels())
                .isEqualTo(digits.training(new SplittableRandom(3)).pixels())
                .isNotEqualTo(digits.training(new SplittableRandom(4)).pixels());
        assertThat(digits.heldOut(5).pixels()).isEqualTo(digits.heldOut(5).pixels());
    }

    @Test
    void aDigitIsWhereTheSceneSaysItIsAndMovesAtConstantSpeed() {
        double speed = 2.5;
        MovingDigits digits = MovingDigits.of(MovingDigitsConfig.of(48, 1, 16, speed), FRAMES);
        for (int index = 0; index < 10; index++) {
            Scene scene = digits.heldOutScene(index);
            assertThat(scene.labels()).hasSize(1).allMatch(label -> label >= 0 && label <= 9);
            double[] offset = null;
            for (int t = 0; t < FRAMES; t++) {
                double[] mass = centreOfMass(scene.clip(), t);
                double[] said = scene.centres()[0][t];
                double[] difference = {mass[0] - said[0], mass[1] - said[1]};
                if (offset != null) {
                    assertThat(difference).containsExactly(offset, Offset.offset(0.15));
                }
                offset = difference;
                if (t > 0) {
                    double[] before = scene.centres()[0][t - 1];
                    double step = Math.hypot(said[0] - before[0], said[1] - before[1]);
                    assertThat(step).isLessThanOrEqualTo(speed + 1e-9);
                }
            }
        }
    }

    @Test
    void digitsStayInsideTheFrame() {
        MovingDigits digits = MovingDigits.of(MovingDigitsConfig.of(32, 1, 14, 5), 200);
        for (int index = 0; index < 5; index++) {
            Scene scene = digits.heldOutScene(index);
            double ink = ink(scene.clip(), 0);
            for (int t = 0; t < 200; t++) {
                assertThat(ink(scene.clip(), t)).isCloseTo(ink, Offset.offset(0.05 * ink));
            }
        }
    }

    @Test
    void aDigitAsLargeAsTheFrameStandsStill() {
        MovingDigits digits = MovingDigits.of(MovingDigitsConfig.of(16, 1, 40, 3), 4);
        assertThat(digits.heldOut(0).frames()).isEqualTo(4);
    }

    @Test
    void mnistFilesAreReadPackedOrNot(@TempDir Path folder) throws IOException {
        writeIdx(folder, 20, true);
        MovingDigitsConfig config = MovingDigitsConfig.of(32, 1, 12, 2).withDigits(folder.toString());
        Scene scene = MovingDigits.of(config, 3).heldOutScene(0);
        assertThat(scene.labels().get(0)).as("the held-out digits are the last").isIn(18 % 10, 19 % 10);
        assertThat(ink(scene.clip(), 0)).isPositive();
    }

    @Test
    void ofMnistsTwoSetsTheOneForTrainingIsTaken(@TempDir Path folder) throws IOException {
        MovingDigitsConfig config = MovingDigitsConfig.of(32, 1, 12, 2).withDigits(folder.toString());
        writeIdx(folder, "t10k", 10, false);
        assertThat(MovingDigits.of(config, 3).description()).contains("10 digits");
        writeIdx(folder, "own", 20, false);
        assertThat(MovingDigits.of(config, 3).description()).contains("20 digits");
        writeIdx(folder, "train", 30, true);
        assertThat(MovingDigits.of(config, 3).description()).contains("30 digits");
        Files.delete(folder.resolve("train-labels-idx1-ubyte.gz"));
        assertThatThrownBy(() -> MovingDigits.of(config, 3))
                .as("labels of another set are no substitute")
                .isInstanceOf(UserException.class)
                .hasMessageContaining("train-*labels-idx1*");
    }

    @Test
    void theFingerprintIsOfWhatTheDigitsLookLikeNotOfWhereTheyLie(@TempDir Path temp) throws IOException {
        Path here = Files.createDirectory(temp.resolve("here"));
        Path there = Files.createDirectory(temp.resolve("there"));
        writeIdx(here, 20, true);
        writeIdx(there, "train", 20, false);
        MovingDigitsConfig fonts = MovingDigitsConfig.of(32, 1, 12, 2);
        String print = fingerprint(fonts.withDigits(here.toString()));
        assertThat(fingerprint(fonts.withDigits(there.toString()))).isEqualTo(print);
        assertThat(fingerprint(fonts))
                .isEqualTo(fingerprint(fonts))
                .isNotEqualTo(print)
                .matches("[0-9a-f]{64}");
        assertThat(fingerprint(MovingDigitsConfig.of(32, 1, 12, 3))).isNotEqualTo(fingerprint(fonts));
        for (String name : List.of("train-images-idx3-ubyte", "train-labels-idx1-ubyte")) {
            Path file = there.resolve(name);
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
            assertThat(fingerprint(fonts.withDigits(there.toString()))).as(name).isNotEqualTo(print);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
        }
        assertThat(fingerprint(fonts.withDigits(there.toString()))).isEqualTo(print);
    }

    private static String fingerprint(MovingDigitsConfig config) {
        return MovingDigits.of(config, 3).fingerprint();
    }

    @Test
    void aClipsNameTellsItsDigits() {
        Scene scene = MovingDigits.of(MovingDigitsConfig.of(32, 2, 12, 2), 3).heldOutScene(4);
        assertThat(scene.clip().name()).isEqualTo("held-out moving digits 4 showing " + scene.labels());
    }

    @Test
    void badMnistFilesAreToldWithTheReason(@TempDir Path folder) throws IOException {
        MovingDigitsConfig config = MovingDigitsConfig.of(32, 1, 12, 2).withDigits(folder.toString());
        assertThatThrownBy(() -> MovingDigits.of(config, 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("images-idx3");
        writeIdx(folder, 20, false);
        Path images = folder.resolve("digits-images-idx3-ubyte");
        Files.write(images, java.util.Arrays.copyOf(Files.readAllBytes(images), 100));
        assertThatThrownBy(() -> MovingDigits.of(config, 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cut short");
        Files.writeString(images, "this is no idx file");
        assertThatThrownBy(() -> MovingDigits.of(config, 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is not an idx file");
        MovingDigitsConfig missing = config.withDigits(folder.resolve("nothing").toString());
        assertThatThrownBy(() -> MovingDigits.of(missing, 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("not a folder");
    }

    static void writeIdx(Path folder, int count, boolean packed) throws IOException {
        writeIdx(folder, "digits", count, packed);
    }

    private static void writeIdx(Path folder, String set, int count, boolean packed) throws IOException {
        String ending = packed ? ".gz" : "";
        try (DataOutputStream images = open(folder.resolve(set + "-images-idx3-ubyte" + ending), packed);
                DataOutputStream labels = open(folder.resolve(set + "-labels-idx1-ubyte" + ending), packed)) {
            images.writeInt(0x803);
            images.writeInt(count);
            images.writeInt(8);
            images.writeInt(8);
            labels.writeInt(0x801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                labels.writeByte(i % 10);
                for (int p = 0; p < 64; p++) {
                    images.writeByte(p % 8 == 3 ? 255 : 0);
                }
            }
        }
    }

    private static DataOutputStream open(Path file, boolean packed) throws IOException {
        OutputStream stream = Files.newOutputStream(file);
        return new DataOutputStream(packed ? new GZIPOutputStream(stream) : stream);
    }

    private static double ink(Clip clip, int frame) {
        double sum = 0;
        for (int i = 0; i < clip.frameBytes(); i++) {
            sum += clip.pixels()[frame * clip.frameBytes() + i] & 0xff;
        }
        return sum;
    }

    static double[] centreOfMass(Clip clip, int frame) {
        double sum = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < clip.frameBytes(); i++) {
            int value = clip.pixels()[frame * clip.frameBytes() + i] & 0xff;
            sum += value;
            x += value * (i % clip.width() + 0.5);
            int row = i / clip.width();
            y += value * (row + 0.5);
        }
        return new double[] {x / sum, y / sum};
    }
}
