// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that codecs are told apart by what lies in a place. */
class CodecPlaceTest {
    private static Path with(Path folder, String... files) throws IOException {
        for (String file : files) {
            Files.createFile(folder.resolve(file));
        }
        return folder;
    }

    @Test
    void codecsWithoutFilesHaveNames() {
        assertThat(CodecPlace.of("pixels")).isEqualTo(CodecConfig.pixels());
        assertThat(CodecPlace.of("patches:4")).isEqualTo(new PatchesConfig(4));
    }

    @Test
    void aTrainedCodecIsAFileOrItsFolder(@TempDir Path temp) throws IOException {
        Path folder = with(temp, "codec.safetensors", "config.yaml");
        assertThat(CodecPlace.of(folder.toString()))
                .isEqualTo(new CausalAutoencoderCodecConfig(folder.toString(), LatentsConfig.UNKNOWN));
        String file = folder.resolve("codec.safetensors").toString();
        assertThat(CodecPlace.of(file)).isEqualTo(new CausalAutoencoderCodecConfig(file, LatentsConfig.UNKNOWN));
    }

    @Test
    void aFolderWithAConfigIsOfDiffusers(@TempDir Path temp) throws IOException {
        Path folder = with(temp, "diffusion_pytorch_model.safetensors");
        Path config = Files.writeString(folder.resolve("config.json"), "{\"_class_name\": \"AutoencoderKL\"}");
        assertThat(CodecPlace.of(folder.toString()))
                .isEqualTo(new AutoencoderKlConfig(folder.toString(), LatentsConfig.UNKNOWN));
        Files.writeString(config, "{\"_class_name\": \"AutoencoderTiny\"}");
        String both = folder.resolve("diffusion_pytorch_model.safetensors").toString();
        assertThat(CodecPlace.of(folder.toString())).isEqualTo(new TaesdConfig(both, both, LatentsConfig.UNKNOWN));
        Files.writeString(config, "none");
        assertThatThrownBy(() -> CodecPlace.of(folder.toString()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(config + " is not JSON");
    }

    @Test
    void aFolderWithEncoderAndDecoderIsTaesd(@TempDir Path temp) throws IOException {
        Path folder = with(temp, "taef2_encoder.safetensors", "taef2_decoder.safetensors", "decoder.txt");
        assertThat(CodecPlace.of(folder.toString()))
                .isEqualTo(new TaesdConfig(
                        folder.resolve("taef2_encoder.safetensors").toString(),
                        folder.resolve("taef2_decoder.safetensors").toString(),
                        LatentsConfig.UNKNOWN));
    }

    @Test
    void aFolderWithTwoEncodersIsRefused(@TempDir Path temp) throws IOException {
        Path folder = with(temp, "a_encoder.safetensors", "b_encoder.safetensors", "decoder.safetensors");
        assertThatThrownBy(() -> CodecPlace.of(folder.toString()))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(folder + " has 2 files *encoder*.safetensors; a codec is ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            patches:x | 'patches:x' must end in a whole number, such as patches:4
            patches:1 | 'patches:1' is no codec: size must be from 2 to 64, not 1
            nowhere   | there is no codec nowhere; a codec is 'default'
            """)
    void whatIsNoCodecIsRefused(String place, String message) {
        assertThatThrownBy(() -> CodecPlace.of(place))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(message);
    }
}
