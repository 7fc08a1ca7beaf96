// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataConfigTest {
    private static DataConfig at(String source, String digits) {
        return new DataConfig(source, 16, 16, 1, 0, 0.1, digits, 1, 8, 1, false, false, false);
    }

    private static String whole(String place) {
        return Path.of("").toAbsolutePath().resolve(place).toString();
    }

    @Test
    void placesAreMadeWholeAndBuiltInNamesAreNot() {
        assertThat(at("clips/../more", "./mnist").absolute()).isEqualTo(at(whole("more"), whole("mnist")));
        assertThat(at("moving-digits", "fonts").absolute()).isEqualTo(at("moving-digits", "fonts"));
        assertThat(at("./moving-digits", "fonts").absolute()).isEqualTo(at(whole("moving-digits"), "fonts"));
        assertThat(at("", "fonts").absolute()).isEqualTo(at("", "fonts"));
        DataConfig once = at("clips", "mnist").absolute();
        assertThat(once.absolute()).isEqualTo(once);
    }

    @Test
    void aFolderAboveALinkIsAboveItsTarget(@TempDir Path folder) throws IOException {
        Path place = folder.toRealPath();
        Files.createDirectories(place.resolve("disk/deep"));
        Path clips = Files.createDirectories(place.resolve("disk/clips"));
        Files.createDirectories(place.resolve("clips"));
        Path link = Files.createSymbolicLink(place.resolve("link"), place.resolve("disk/deep"));
        assertThat(at(link + "/../clips", "fonts").absolute()).isEqualTo(at(clips.toString(), "fonts"));
        assertThat(at(link + "/../clips", "fonts").absolute().source())
                .isEqualTo(Path.of(link + "/../clips").toRealPath().toString());
        assertThat(at("moving-digits", link + "/../mnist").absolute())
                .isEqualTo(at("moving-digits", place.resolve("disk/mnist").toString()));
        assertThat(at(place + "/./clips/../../" + place.getFileName() + "/x", "fonts")
                        .absolute())
                .isEqualTo(at(place.resolve("x").toString(), "fonts"));
    }

    @Test
    void aPathThatIsNoneIsToldWithItsKey() {
        assertThatThrownBy(() -> at("moving-digits", "a\0b").absolute())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("data.digits is 'a");
    }

    @Test
    void movedDataIsStillTheDataOfARun() {
        DataConfig config = at("clips", "mnist");
        assertThat(config.equalsButForPlaces(at("elsewhere", "else"))).isTrue();
        assertThat(config.equalsButForPlaces(
                        new DataConfig("clips", 16, 16, 1, 5, 0.1, "mnist", 1, 8, 1, false, false, false)))
                .isFalse();
    }

    @Test
    void labelsAndSteeringAreForDataThatHasThem() {
        DataConfig digits = DataConfig.movingDigits(32, 2, 12, 1).conditioned(true, true);
        assertThat(digits.labels()).isTrue();
        assertThat(digits.steering()).isTrue();
        assertThat(digits.equalsButForPlaces(digits.conditioned(true, false))).isFalse();
        assertThat(digits.equalsButForPlaces(digits.withDigits("mnist"))).isTrue();
        assertThatThrownBy(() -> DataConfig.movingDigits(32, 3, 12, 1).conditioned(true, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("labels name one digit or a pair of them, so digitCount must be 1 or 2, not 3");
        assertThat(at("clips", "fonts").conditioned(true, false).labels()).isTrue();
        assertThatThrownBy(() -> at("clips", "fonts").conditioned(false, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("steering is of moving digits only, so source must be moving-digits, not 'clips'");
    }
}
