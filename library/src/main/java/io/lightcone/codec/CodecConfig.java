// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.Kinds;
import io.lightcone.config.OpenKinds;
import io.lightcone.tensor.Precision;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;

/**
 * The configuration of the codec between the pictures of a run and what its model learns: one record for each kind of
 * codec, with the keys of that kind alone. Kinds of other libraries are found on the class path: a program adds one by
 * a record that implements this, as {@link OpenKinds} says, and by the binary name of that record in a file {@code
 * META-INF/services/io.lightcone.codec.CodecConfig}. Training, sampling and all else then take the new kind.
 */
@OpenKinds({
    PixelsConfig.class,
    PatchesConfig.class,
    TaesdConfig.class,
    AutoencoderKlConfig.class,
    CausalAutoencoderCodecConfig.class
})
public interface CodecConfig {
    /** Returns the configuration of the codec of pixels. */
    static CodecConfig pixels() {
        return new PixelsConfig();
    }

    /** Returns the name of this kind of codec, such as {@code pixels}. */
    default String kind() {
        return Kinds.name(getClass());
    }

    /** Returns whether latents are the pixels themselves. */
    default boolean isPixels() {
        return this instanceof PixelsConfig;
    }

    /**
     * Returns the sizes of the codec's latents, without opening it.
     *
     * @param channels channels of a picture: 1 or 3
     * @throws IllegalArgumentException if the codec does not take such pictures
     */
    LatentLayout layout(int channels);

    /** Returns whether {@link #layout} reads a file: the sizes are kept in a configuration only once a run begins. */
    default boolean readsLayout() {
        return false;
    }

    /**
     * Returns this configuration as a new run saves it: with all that identifies the codec and its latents, some of
     * which is measured.
     *
     * @param channels channels of a picture: 1 or 3
     * @param opener opens such a codec as the run does, to measure on
     * @param clips returns clips of the data, to measure latents on
     * @throws io.lightcone.UserException if something that the codec needs is missing
     */
    default CodecConfig resolved(int channels, Function<CodecConfig, Codec> opener, Supplier<List<Clip>> clips) {
        return this;
    }

    /** Returns whether {@link #resolved} has something to measure, which takes a moment. */
    default boolean isMeasured() {
        return false;
    }

    /** Returns this configuration, with what it leaves to be found out as {@code known}, that of a run, has it. */
    default CodecConfig or(CodecConfig known) {
        return this;
    }

    /** Returns the files and folders that are read, by their keys, such as {@code codec.folder}. */
    default Map<String, Path> places() {
        return Map.of();
    }

    /**
     * Returns the same with whole paths, read from the present working directory.
     *
     * @throws io.lightcone.UserException if one of them is no path on this system
     */
    default CodecConfig absolute() {
        return this;
    }

    /**
     * Copies the codec's files into a folder of the run, unless they are large, so that the run keeps its codec
     * whatever becomes of the files.
     *
     * @param folder which is created
     * @throws io.lightcone.UserException if they cannot be copied
     */
    default void keepIn(Path folder) {}

    /** Returns this configuration with the files that {@link #keepIn} has copied, if it did. */
    default CodecConfig keptIn(Path folder) {
        return this;
    }

    /** Returns whether nothing differs but where the files lie: only their checksum tells whether they are the same. */
    default boolean equalsButForPlaces(CodecConfig other) {
        return equals(other);
    }

    /**
     * Opens the codec.
     *
     * @param channels channels of a picture: 1 or 3
     * @param device device of the latents
     * @return the codec, for the caller to close
     * @throws io.lightcone.UserException if something that it needs is missing
     */
    Codec open(int channels, Device device);

    /**
     * Opens the codec to compute in a type that may be faster on a machine, at the price of rounding.
     *
     * @param type {@code FLOAT32} or {@code BFLOAT16}, for the kinds that leave a choice
     * @return the codec, for the caller to close
     * @throws io.lightcone.UserException if something that it needs is missing
     */
    default Codec open(int channels, Device device, Precision type) {
        return open(channels, device);
    }

    /**
     * Opens the codec for clips that come again and again: what takes long to encode is encoded once and kept.
     *
     * @param type as of {@link #open(int, Device, Precision)}
     * @param cache folder of all that can be made again
     * @return the codec, for the caller to close
     * @throws io.lightcone.UserException if something that it needs is missing
     */
    default Codec open(int channels, Device device, Precision type, Path cache) {
        return open(channels, device, type);
    }
}
