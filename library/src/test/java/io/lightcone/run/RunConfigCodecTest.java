// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.codec.CodecConfig;
import io.lightcone.codec.CodecPlace;
import io.lightcone.config.ConfigReader;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests when the file of a codec is read for the sizes of its latents, and what is said of them. */
class RunConfigCodecTest {
    private static final RunConfig PRESET = Presets.named("msc-tiny");

    @TempDir
    private Path temp = Path.of("");

    private Path file = temp;

    /** Writes a codec of latents of 5 channels, 8x8 pixels and 4 pictures. */
    @BeforeEach
    void write() {
        file = temp.resolve("codec.safetensors");
        CausalAutoencoderConfig config = new CausalAutoencoderConfig(3, 5, 8, 4, List.of(4, 4, 4), 1);
        try (Device cpu = new Device("cpu");
                CausalAutoencoder codec = new CausalAutoencoder(config, Parameters.fresh(cpu, ScalarType.Float))) {
            Scopes.run(() -> codec.parameters().initialise(new RandomStreams(1).tensors("weights", 0, 0)));
            CausalAutoencoderFile.write(file, codec, false);
        }
    }

    private RunConfig fitting() {
        return PRESET.forCodec(CodecPlace.of(file.toString()));
    }

    @Test
    void aConfigurationIsCopiedWithoutReadingTheFile() throws IOException {
        RunConfig config = fitting();
        assertThat(config.model().channels()).isEqualTo(5);
        Files.delete(file);
        RunConfig copied = RecordCopy.of(config)
                .with(RunConfig::model, config.model().dense())
                .build();
        assertThat(copied.codec()).isEqualTo(config.codec());
        assertThatThrownBy(copied::checkFiles).isInstanceOf(UserException.class).hasMessageContaining(file.toString());
        assertThatThrownBy(() -> ConfigReader.with(config, "training.batch=2"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void sizesThatDoNotFitAreRefusedWhereverAConfigurationIsReadOrResolved() {
        CodecConfig codec = CodecPlace.of(file.toString());
        String channels = "model.channels is 3 but latents of the codec causal-autoencoder have 5;"
                + " set model.channels to that";
        RunConfig unchecked =
                RecordCopy.of(PRESET).with(RunConfig::codec, codec).build();
        assertThatThrownBy(unchecked::checkFiles)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(channels);
        assertThatThrownBy(() -> PRESET.with(codec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(channels);
        assertThatThrownBy(() -> unchecked.resolved(() -> Precision.FLOAT32, () -> Precision.FLOAT32))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(channels);
        List<String> settings = List.of("codec.kind=causal-autoencoder", "codec.file=" + file, "model.channels=3");
        assertThatThrownBy(() -> RunConfig.read(PRESET, null, settings))
                .isInstanceOf(UserException.class)
                .hasMessage("the configuration is not valid: " + channels + ", set in setting model.channels=3");
        assertThatThrownBy(() -> ConfigReader.with(fitting(), "training.frames=18"))
                .isInstanceOf(UserException.class)
                .hasMessage("the configuration is not valid: training.frames is 18, but the codec causal-autoencoder"
                        + " takes the first picture alone and then 4 at a time; set it to 17 or 21, set in setting"
                        + " training.frames=18");
    }
}
