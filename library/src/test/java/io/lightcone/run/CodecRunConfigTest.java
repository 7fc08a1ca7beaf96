// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.data.DataConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CodecRunConfigTest {
    static Iterable<String> presets() {
        return CodecPresets.names();
    }

    @ParameterizedTest
    @MethodSource("presets")
    void aPresetIsWholeAndReadBackAsItIs(String name, @TempDir Path temp) throws IOException {
        CodecRunConfig preset = CodecPresets.named(name);
        assertThat(preset.preset()).isEqualTo(name);
        assertThat(preset.yaml()).startsWith("format: 2\npreset: " + name + "\nautoencoder:\n");
        Path file = Files.writeString(temp.resolve("config.yaml"), preset.yaml());
        assertThat(CodecRunConfig.read(null, file, List.of())).isEqualTo(preset);
        DataConfig digits = CodecRunConfig.read(preset, null, List.of("data.kind=moving-digits"))
                .data();
        assertThat(digits.channels()).isEqualTo(3);
    }

    /** Runs that are there go on as they began: with whole pictures, and latents that need not be smooth. */
    @Test
    void aConfigurationOfTheFirstFormatMeansWhatItMeant(@TempDir Path temp) throws IOException {
        CodecRunConfig plain = CodecRunConfig.read(
                CodecPresets.named("vae-tiny"), null, List.of("training.crop=0", "training.loss.smoothness=0"));
        String first = plain.yaml()
                .replace("format: 2\n", "format: 1\n")
                .replaceFirst("(?m)^ +crop: .*\n", "")
                .replaceFirst("(?m)^ +smoothness: .*\n", "");
        assertThat(first)
                .doesNotContain("crop", "smoothness")
                .hasLineCount(plain.yaml().lines().toList().size() - 2);
        assertThat(CodecRunConfig.read(null, Files.writeString(temp.resolve("config.yaml"), first), List.of()))
                .isEqualTo(plain);
    }

    @Test
    void presetsGrow() {
        List<Long> sizes = CodecPresets.names().stream()
                .map(name -> CodecPresets.named(name).parameters())
                .toList();
        assertThat(sizes).hasSize(3).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training.frames=8 | training.frames is 8, but the autoencoder takes the first picture alone and then 4"
                        + " at a time; set it to 5 or 9",
                "data.width=60 | frames of 60x64 pixels cannot be divided into latents of 8x8 pixels",
                "data.channels=1 | autoencoder.pictureChannels is 3 but data.channels is 1; set both to the same",
                "autoencoder.time=3 | time must be 1, 2 or 4, not 3",
                "training.crop=12 | training.crop must be 0 for whole pictures, or a multiple of autoencoder.space,"
                        + " which is 8, and at most the height and width of the data, not 12",
                "training.crop=72 | at most the height and width of the data, not 72",
                "training.crop=-8 | not -8",
                "training.batch=0 | batch must lie between 1 and 1000000, not 0",
                "training.steps=0 | steps must be at least 1, not 0",
                "training.minutes=-1 | minutes must be 0, for no limit, or more, not -1.0",
                "training.loss.kl=-1 | kl",
                "training.lenghts=1 | training.lenghts",
                "model.depth=3 | unknown key model",
            })
    void whatIsNotRightIsOneSentenceThatNamesTheKey(String setting, String message) {
        assertThatThrownBy(() -> CodecRunConfig.read(CodecPresets.named("vae-tiny"), null, List.of(setting)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    void presetsOfModelsAndCodecsAreToldApart() {
        assertThatThrownBy(() -> CodecPresets.named("msc-tiny"))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "'msc-tiny' is a preset of a model, not of a codec; choose one of a codec, such as vae-tiny");
        assertThatThrownBy(() -> Presets.named("vae-s"))
                .isInstanceOf(UserException.class)
                .hasMessage("'vae-s' is a preset of a codec, not of a model; choose one of a model, such as msc-tiny");
        assertThatThrownBy(() -> CodecPresets.named("vae-tinny")).hasMessageContaining("did you mean vae-tiny?");
    }

    @Test
    void aRunIsOfAModelOrOfACodec(@TempDir Path temp) {
        RunFolder codec = RunFolder.create(
                temp.resolve("codec"), CodecPresets.named("vae-tiny").yaml());
        RunFolder model = RunFolder.create(
                temp.resolve("model"), Presets.named("msc-tiny").yaml());
        assertThat(codec.codecConfig(List.of("training.batch=2")).training().batch())
                .isEqualTo(2);
        assertThatThrownBy(() -> codec.config(List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        codec.path() + " is the run of a codec, not of a model; name the run of a model, such as one"
                                + " that is trained with this codec");
        assertThatThrownBy(() -> model.codecConfig(List.of()))
                .isInstanceOf(UserException.class)
                .hasMessage(model.path() + " is the run of a model, not of a codec; name the run of a codec, or resume"
                        + " this one as a model");
    }
}
