// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.LatentLayout;
import io.lightcone.config.ConfigReader;
import io.lightcone.config.Migrations;
import io.lightcone.data.DataConfig;
import io.lightcone.tensor.Parameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a run that trains a codec, saved with it as {@code config.yaml}.
 *
 * @param preset name of the preset that the run started from
 * @param autoencoder the networks that encode and decode
 * @param data what the run watches
 * @param training how the codec is trained
 */
public record CodecRunConfig(
        String preset, CausalAutoencoderConfig autoencoder, DataConfig data, CodecTrainingConfig training)
        implements TrainableConfig {
    /** The section that configurations of codecs have and those of models have not. */
    static final String OWN_SECTION = "autoencoder";

    /** The migrations of saved configurations, one for each format but the present one. */
    static final Migrations FORMATS = Migrations.none().then(CodecRunConfig::toFormat2);

    /** Before there were squares of pictures and smooth latents, whole pictures were learned, and no smoothness. */
    private static void toFormat2(Migrations.Edits edits) {
        edits.introduce("training.crop", "0").introduce("training.loss.smoothness", "0");
    }

    public CodecRunConfig {
        LatentLayout latents = autoencoder.layout();
        int space = latents.space();
        require(
                autoencoder.pictureChannels() == data.channels(),
                "autoencoder.pictureChannels is " + autoencoder.pictureChannels() + " but data.channels is "
                        + data.channels() + "; set both to the same");
        require(
                data.height() % space == 0 && data.width() % space == 0,
                "frames of " + data.width() + "x" + data.height() + " pixels cannot be divided into latents of " + space
                        + "x" + space + " pixels; set data.width and data.height to multiples of " + space
                        + ", or set another autoencoder.space");
        int crop = training.crop();
        require(
                crop >= 0 && crop % space == 0 && crop <= Math.min(data.height(), data.width()),
                "training.crop must be 0 for whole pictures, or a multiple of autoencoder.space, which is " + space
                        + ", and at most the height and width of the data, not " + crop);
        int more = latents.pictures(latents.frames(training.frames()));
        require(
                latents.isWhole(training.frames()),
                "training.frames is " + training.frames() + ", but the autoencoder takes the first picture alone and"
                        + " then " + latents.time() + " at a time; set it to " + (more - latents.time()) + " or "
                        + more);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Reads a configuration as {@link ConfigReader#read} does; the file may be one that any version of Lightcone has
     * saved.
     *
     * @param base a preset, or null to need every key from the others
     * @param yamlFile a YAML mapping, or null
     * @param settings {@code path=value}
     * @throws UserException if any of these is not right
     */
    public static CodecRunConfig read(@Nullable CodecRunConfig base, @Nullable Path yamlFile, List<String> settings) {
        return ConfigReader.read(CodecRunConfig.class, base, yamlFile, settings, FORMATS);
    }

    @Override
    public Map<String, Path> places() {
        return data.places();
    }

    @Override
    public int parts() {
        return training.batch();
    }

    @Override
    public String yaml() {
        return FORMATS.line() + ConfigReader.write(this);
    }

    /** Returns the rows of what a training step sees of a picture. */
    public int trainedHeight() {
        return training.crop() == 0 ? data.height() : training.crop();
    }

    /** Returns the columns of what a training step sees of a picture. */
    public int trainedWidth() {
        return training.crop() == 0 ? data.width() : training.crop();
    }

    /** Returns how many numbers the weights of the autoencoder hold; it allocates none of them. */
    public long parameters() {
        try (Device nowhere = new Device("meta");
                CausalAutoencoder codec =
                        new CausalAutoencoder(autoencoder, Parameters.fresh(nowhere, ScalarType.Float))) {
            return codec.parameters().count();
        }
    }

    /**
     * Returns this configuration as a run uses and saves it: with whole paths to the data.
     *
     * @throws UserException if a place of the data is no path on this system
     */
    public CodecRunConfig resolved() {
        return RecordCopy.of(this).with(CodecRunConfig::data, data.absolute()).build();
    }
}
