// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.config.Kinds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which kinds of codec a configuration can name, and the keys of each. */
class CodecConfigTest {
    @TempDir
    Path temp = Path.of("");

    private CodecConfig read(String yaml) throws IOException {
        Path file = Files.writeString(temp.resolve("codec.yaml"), yaml);
        return ConfigReader.read(CodecSection.class, null, file, List.of()).codec();
    }

    @Test
    void kindsAreTheLibrarysOwnAndThoseOnTheClassPath() {
        assertThat(Kinds.builtIn(CodecConfig.class))
                .containsExactly(
                        PixelsConfig.class,
                        PatchesConfig.class,
                        TaesdConfig.class,
                        AutoencoderKlConfig.class,
                        CausalAutoencoderCodecConfig.class);
        assertThat(Kinds.of(CodecConfig.class))
                .containsExactly(
                        PixelsConfig.class,
                        PatchesConfig.class,
                        TaesdConfig.class,
                        AutoencoderKlConfig.class,
                        CausalAutoencoderCodecConfig.class,
                        HalfResolutionCodec.Config.class,
                        TwoPicturesCodec.Config.class);
        assertThat(CodecSection.of("pixels")).isEqualTo(CodecConfig.pixels());
        assertThat(CodecConfig.pixels().kind()).isEqualTo("pixels");
        assertThat(CodecConfig.pixels().isPixels()).isTrue();
        CodecConfig half = CodecSection.of("half-resolution");
        assertThat(half.kind()).isEqualTo("half-resolution");
        assertThat(half.isPixels()).isFalse();
        try (Codec codec = half.open(3, new Device("cpu"))) {
            assertThat(codec).isInstanceOf(HalfResolutionCodec.class);
        }
    }

    @Test
    void aCodecHasKeysOfItsKind() throws IOException {
        CodecConfig quarter =
                CodecSection.set("codec.kind=half-resolution", "codec.times=2").codec();
        assertThat(quarter).isEqualTo(new HalfResolutionCodec.Config(2));
        assertThat(quarter.layout(3)).isEqualTo(new LatentLayout(3, 4, 1));
        try (Codec codec = quarter.open(3, new Device("cpu"))) {
            assertThat(codec.layout()).isEqualTo(quarter.layout(3));
            assertThat(codec.identity()).isEqualTo("half-resolution 2");
        }
        assertThat(CodecSection.of("half-resolution")).isEqualTo(new HalfResolutionCodec.Config(1));
        assertThat(read("codec: {kind: half-resolution, times: 3}")).isEqualTo(new HalfResolutionCodec.Config(3));
        assertThat(read("codec: {kind: pixels}")).isEqualTo(CodecConfig.pixels());
    }

    @Test
    void aCodecIsWrittenAndReadBack() throws IOException {
        String yaml = ConfigReader.write(new CodecSection(new HalfResolutionCodec.Config(2)));
        assertThat(yaml).isEqualTo("codec:\n  kind: half-resolution\n  times: 2\n");
        assertThat(read(yaml)).isEqualTo(new HalfResolutionCodec.Config(2));
        assertThat(ConfigReader.write(new CodecSection(CodecConfig.pixels())))
                .as("as in every format that had codecs")
                .isEqualTo("codec:\n  kind: pixels\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    codec.kind=jpeg         | codec.kind must be one of pixels, patches, taesd, autoencoder-kl, \
                    causal-autoencoder, half-resolution, two-pictures, not the text 'jpeg' in setting codec.kind=jpeg; \
                    others are found once the library that has them is on the class path
                    codec.kind=two-picture  | codec.kind must be one of pixels, patches, taesd, autoencoder-kl, \
                    causal-autoencoder, half-resolution, two-pictures, not the text 'two-picture' in setting \
                    codec.kind=two-picture; did you mean two-pictures?
                    codec.times=2           | codec.times in setting codec.times=2 is a key of kind half-resolution, \
                    but codec.kind is pixels
                    codec.knid=pixels       | unknown key codec.knid in setting codec.knid=pixels; did you mean \
                    codec.kind?
                    codec={kind: half-resolution, time: 2} | unknown key codec.time in setting codec={kind: \
                    half-resolution, time: 2}; did you mean codec.times?
                    """)
    void wrongSettingsAreOneSentence(String setting, String message) {
        assertThatThrownBy(() -> CodecSection.set(setting))
                .isInstanceOf(UserException.class)
                .hasMessage(message);
    }

    @Test
    void aFileMustHaveAllKeysOfItsKind() {
        assertThatThrownBy(() -> read("codec: {kind: half-resolution}"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("missing key codec.times in " + temp.resolve("codec.yaml"));
        assertThatThrownBy(() -> read("codec: {times: 2}"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("missing key codec.kind in " + temp.resolve("codec.yaml"))
                .hasMessageEndingWith(
                        "; it is one of pixels, patches, taesd, autoencoder-kl, causal-autoencoder, half-resolution,"
                                + " two-pictures");
        assertThatThrownBy(() -> read("codec: {kind: half-resolution, times: 0}"))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("codec is not valid: times must be at least 1, not 0, set in ");
    }
}
