// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataConfigTest {
    private static VideosConfig at(String source) {
        return new VideosConfig(source, 16, 16, 1, 0, 1, false, 0.1, false, false);
    }

    private static MovingDigitsConfig of(String digits) {
        return MovingDigitsConfig.of(16, 1, 8, 1).withDigits(digits);
    }

    private static String whole(String place) {
        return Path.of("").toAbsolutePath().resolve(place).toString();
    }

    @Test
    void placesAreMadeWholeAndBuiltInNamesAreNot() {
        assertThat(at("clips/../more").absolute()).isEqualTo(at(whole("more")));
        assertThat(of("./mnist").absolute()).isEqualTo(of(whole("mnist")));
        assertThat(of("fonts").absolute()).isEqualTo(of("fonts"));
        assertThat(of("./fonts").absolute()).isEqualTo(of(whole("fonts")));
        assertThat(at("").absolute()).isEqualTo(at(""));
        assertThat(at("clips").absolute().absolute()).isEqualTo(at("clips").absolute());
    }

    @Test
    void aFolderAboveALinkIsAboveItsTarget(@TempDir Path folder) throws IOException {
        Path place = folder.toRealPath();
        Files.createDirectories(place.resolve("disk/deep"));
        Path clips = Files.createDirectories(place.resolve("disk/clips"));
        Files.createDirectories(place.resolve("clips"));
        Path link = Files.createSymbolicLink(place.resolve("link"), place.resolve("disk/deep"));
        assertThat(at(link + "/../clips").absolute()).isEqualTo(at(clips.toString()));
        assertThat(at(link + "/../clips").absolute().source())
                .isEqualTo(Path.of(link + "/../clips").toRealPath().toString());
        assertThat(of(link + "/../mnist").absolute())
                .isEqualTo(of(place.resolve("disk/mnist").toString()));
        assertThat(at(place + "/./clips/../../" + place.getFileName() + "/x").absolute())
                .isEqualTo(at(place.resolve("x").toString()));
    }

    @Test
    void aPathThatIsNoneIsToldWithItsKey() {
        assertThatThrownBy(() -> of("a\0b").absolute())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("data.digits is 'a");
        assertThatThrownBy(() -> at("a\0b").absolute())
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("data.source is 'a");
    }

    @Test
    void whatIsReadIsNamedByItsKey() {
        assertThat(at("clips").places()).containsExactly(Map.entry("data.source", Path.of("clips")));
        assertThat(at("").places()).isEmpty();
        assertThat(of("mnist").places()).containsExactly(Map.entry("data.digits", Path.of("mnist")));
        assertThat(of("fonts").places()).isEmpty();
    }

    @Test
    void movedDataIsStillTheDataOfARun() {
        assertThat(at("clips").equalsButForPlaces(at("elsewhere"))).isTrue();
        assertThat(of("mnist").equalsButForPlaces(of("else"))).isTrue();
        assertThat(at("clips").equalsButForPlaces(ConfigReader.with(at("clips"), "fps=5")))
                .isFalse();
        assertThat(of("mnist").equalsButForPlaces(ConfigReader.with(of("mnist"), "steering=true")))
                .isFalse();
        assertThat(at("clips").equalsButForPlaces(of("mnist"))).isFalse();
        assertThat(of("mnist").equalsButForPlaces(at("clips"))).isFalse();
        assertThat(WorldConfig.of("maze").equalsButForPlaces(of("mnist"))).isFalse();
    }

    @Test
    void phasesNeedARate() {
        assertThat(ConfigReader.with(VideosConfig.of(32, 12), "phases=5").phases())
                .isEqualTo(5);
        assertThatThrownBy(() -> ConfigReader.with(VideosConfig.of(32, 0), "phases=5"))
                .hasMessageContaining("phases is 5, but with an fps of 0 clips may begin at every frame already");
        assertThatThrownBy(() -> ConfigReader.with(VideosConfig.of(32, 30), "phases=50"))
                .hasMessageContaining("fps times phases must be at most 1000, not 30.0 times 50");
        assertThatThrownBy(() -> ConfigReader.with(VideosConfig.of(32, 12), "phases=0"))
                .hasMessageContaining("phases must lie between 1 and 100, not 0");
    }

    @Test
    void labelsAreForOneDigitOrTwo() {
        assertThat(ConfigReader.with(MovingDigitsConfig.of(32, 2, 12, 1), "labels=true")
                        .labels())
                .isTrue();
        assertThatThrownBy(() -> new MovingDigitsConfig(32, 32, 1, 0.1, "fonts", 3, 12, 1, true, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("labels name one digit or a pair of them, so digitCount must be 1 or 2, not 3");
    }
}
