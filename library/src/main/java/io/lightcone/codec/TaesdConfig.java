// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.RealPaths;
import io.lightcone.RecordCopy;
import io.lightcone.UserException;
import io.lightcone.config.Kind;
import io.lightcone.tensor.Precision;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The configuration of a tiny pretrained autoencoder of the TAESD family, which encodes each picture by itself.
 *
 * @param encoder the safetensors file of the encoder; empty where it is to be said yet
 * @param decoder the safetensors file of the decoder, which may be the same file; empty where it is to be said yet
 * @param latents what is found out of the latents when a run starts
 */
@Kind(TaesdConfig.KIND)
record TaesdConfig(String encoder, String decoder, LatentsConfig latents) implements LatentCodecConfig {
    /** The name of this kind in a configuration. */
    static final String KIND = "taesd";

    private static final String ENCODER = "codec.encoder";
    private static final String DECODER = "codec.decoder";

    /** Returns the defaults: which files is to be said yet. */
    static TaesdConfig defaults() {
        return new TaesdConfig("", "", LatentsConfig.UNKNOWN);
    }

    private TaesdConfig at(String first, String second) {
        return RecordCopy.of(this)
                .with(TaesdConfig::encoder, first)
                .with(TaesdConfig::decoder, second)
                .build();
    }

    @Override
    public TaesdConfig with(LatentsConfig other) {
        return RecordCopy.of(this).with(TaesdConfig::latents, other).build();
    }

    @Override
    public TaesdConfig withoutPlaces() {
        return at("", "");
    }

    /** {@inheritDoc} Two files that have one name, which some systems do not tell by case, are told by their part. */
    @Override
    public TaesdConfig in(Path folder) {
        String first = name(encoder);
        String second = name(decoder);
        boolean collide = first.equalsIgnoreCase(second) && !encoder.equals(decoder);
        return at(
                folder.resolve(collide ? "encoder-" + first : first).toString(),
                folder.resolve(collide ? "decoder-" + second : second).toString());
    }

    private static String name(String file) {
        return Path.of(file).getFileName().toString();
    }

    @Override
    public List<Path> copies(Path folder) {
        return in(folder).files();
    }

    @Override
    public Map<String, Path> places() {
        Map<String, Path> places = new LinkedHashMap<>();
        absolute().putInto(places);
        return places;
    }

    private void putInto(Map<String, Path> places) {
        if (!encoder.isBlank()) {
            places.put(ENCODER, Path.of(encoder));
        }
        if (!decoder.isBlank()) {
            places.put(DECODER, Path.of(decoder));
        }
    }

    @Override
    public TaesdConfig absolute() {
        return at(RealPaths.ofSetting(ENCODER, encoder), RealPaths.ofSetting(DECODER, decoder));
    }

    @Override
    public List<Path> files() {
        List<Path> files = List.copyOf(places().values());
        if (files.size() < 2) {
            throw new UserException("the codec " + KIND + " is read from two files: set " + ENCODER + " and " + DECODER
                    + " to the safetensors files of its encoder and its decoder");
        }
        return files;
    }

    @Override
    public LatentLayout readLayout() {
        List<Path> files = files();
        return Taesd.networks(files.get(0), files.get(1)).layout();
    }

    @Override
    public Codec read(String identity, Device device, Precision type) {
        List<Path> files = files();
        LatentLayout layout = readLayout();
        ScalarType computed = ImageCodec.type(type);
        return new ImageCodec(
                Taesd.open(files.get(0), files.get(1), device, computed), layout, identity, device, computed);
    }
}
