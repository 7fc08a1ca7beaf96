// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.RealPaths;
import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.config.Kind;
import io.lightcone.tensor.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The configuration of a pretrained autoencoder of latent diffusion (the class AutoencoderKL of diffusers), which
 * encodes each picture by itself.
 *
 * @param folder the folder with its config.json and diffusion_pytorch_model.safetensors; empty where it is to be said
 *     yet
 * @param latents what is found out of the latents when a run starts
 */
@Kind(AutoencoderKlConfig.KIND)
record AutoencoderKlConfig(String folder, LatentsConfig latents) implements LatentCodecConfig {
    /** The name of this kind in a configuration. */
    static final String KIND = "autoencoder-kl";

    private static final String FOLDER = "codec.folder";

    /** Returns the defaults: which folder is to be said yet. */
    static AutoencoderKlConfig defaults() {
        return new AutoencoderKlConfig("", LatentsConfig.UNKNOWN);
    }

    private AutoencoderKlConfig at(String place) {
        return RecordCopy.of(this).with(AutoencoderKlConfig::folder, place).build();
    }

    @Override
    public AutoencoderKlConfig with(LatentsConfig other) {
        return RecordCopy.of(this).with(AutoencoderKlConfig::latents, other).build();
    }

    @Override
    public AutoencoderKlConfig withoutPlaces() {
        return at("");
    }

    @Override
    public AutoencoderKlConfig in(Path other) {
        return at(other.toString());
    }

    @Override
    public Map<String, Path> places() {
        return folder.isBlank() ? Map.of() : Map.of(FOLDER, Path.of(RealPaths.ofSetting(FOLDER, folder)));
    }

    @Override
    public AutoencoderKlConfig absolute() {
        return at(RealPaths.ofSetting(FOLDER, folder));
    }

    private Path place() {
        Path place = places().get(FOLDER);
        if (place == null) {
            throw new UserException("the codec " + KIND + " is read from a folder in the layout of diffusers: set "
                    + FOLDER + " to it");
        }
        return place;
    }

    @Override
    public List<Path> files() {
        return AutoencoderKl.files(place());
    }

    @Override
    public LatentLayout readLayout() {
        return AutoencoderKl.sizes(place()).layout();
    }

    @Override
    public Codec read(String identity, Device device, Precision type) {
        LatentLayout layout = readLayout();
        ScalarType computed = ImageCodec.type(type);
        return new ImageCodec(AutoencoderKl.open(place(), device, computed), layout, identity, device, computed);
    }
}
