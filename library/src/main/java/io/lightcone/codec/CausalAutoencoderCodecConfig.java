// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.RealPaths;
import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.UserFolders;
import io.lightcone.config.Kind;
import io.lightcone.tensor.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;

/**
 * The configuration of a causal autoencoder of videos that Lightcone has trained.
 *
 * @param file its file, or the folder that holds it as {@code codec.safetensors}; {@code default} for the one that
 *     comes with Lightcone; empty where it is to be said yet
 * @param latents what is found out of the latents when a run starts
 */
@Kind(CausalAutoencoderCodecConfig.KIND)
record CausalAutoencoderCodecConfig(String file, LatentsConfig latents) implements LatentCodecConfig {
    /** The name of this kind in a configuration. */
    static final String KIND = "causal-autoencoder";

    private static final String FILE = "codec.file";

    /** Returns the defaults: which file is to be said yet. */
    static CausalAutoencoderCodecConfig defaults() {
        return new CausalAutoencoderCodecConfig("", LatentsConfig.UNKNOWN);
    }

    private CausalAutoencoderCodecConfig at(String place) {
        return RecordCopy.of(this)
                .with(CausalAutoencoderCodecConfig::file, place)
                .build();
    }

    @Override
    public CausalAutoencoderCodecConfig with(LatentsConfig other) {
        return RecordCopy.of(this)
                .with(CausalAutoencoderCodecConfig::latents, other)
                .build();
    }

    @Override
    public CausalAutoencoderCodecConfig withoutPlaces() {
        return at("");
    }

    @Override
    public CausalAutoencoderCodecConfig in(Path folder) {
        return at(folder.resolve(place().getFileName()).toString());
    }

    @Override
    public Map<String, Path> places() {
        if (file.isBlank()) {
            return Map.of();
        }
        return Map.of(
                FILE, isBuiltIn() ? BuiltInCodec.in(UserFolders.cache()) : Path.of(RealPaths.ofSetting(FILE, file)));
    }

    @Override
    public CausalAutoencoderCodecConfig absolute() {
        return file.isBlank() || isBuiltIn() ? this : at(place().toString());
    }

    /** Returns whether it is the codec that comes with the library, which any place has that the library is in. */
    private boolean isBuiltIn() {
        return file.equals(BuiltInCodec.NAME);
    }

    private Path place() {
        Path place = places().get(FILE);
        if (place == null) {
            throw new UserException("the codec " + KIND + " is read from a file that training a codec has written: set "
                    + FILE + " to it");
        }
        return CausalAutoencoderFile.in(place);
    }

    @Override
    public List<Path> files() {
        return List.of(place());
    }

    @Override
    public LatentLayout readLayout() {
        return CausalAutoencoderFile.readConfig(place()).layout();
    }

    /** {@inheritDoc} The file says which channels its pictures have. */
    @Override
    public LatentLayout layout(int channels) {
        if (latents().hasLayout()) {
            return latents().layout();
        }
        CausalAutoencoderConfig config = CausalAutoencoderFile.readConfig(place());
        if (config.pictureChannels() != channels) {
            throw new IllegalArgumentException("the codec in " + place() + " takes pictures of "
                    + config.pictureChannels() + " channels; set data.channels to that, not to " + channels);
        }
        return config.layout();
    }

    /** {@inheritDoc} It is float32 always. */
    @Override
    public Precision computed(Precision type) {
        return Precision.FLOAT32;
    }

    @Override
    public Codec read(String identity, Device device, Precision type) {
        return new CausalCodec(CausalAutoencoderFile.read(place(), device), identity);
    }
}
