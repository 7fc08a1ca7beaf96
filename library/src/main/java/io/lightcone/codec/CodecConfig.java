// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.Kinds;
import io.lightcone.config.OpenKinds;
import org.bytedeco.pytorch.Device;

/**
 * The configuration of the codec between the pictures of a run and what its model learns: one record for each kind of
 * codec, with the keys of that kind alone. Kinds of other
 * libraries are found on the class path: a program adds one by a
 * record that implements this, as {@link OpenKinds} says, and by the binary name of that record in a file {@code
 * META-INF/services/io.lightcone.codec.CodecConfig}. Training, sampling and all else then take the new kind.
 */
@OpenKinds({PixelsConfig.class, PatchesConfig.class})
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

    /**
     * Opens the codec.
     *
     * @param channels channels of a picture: 1 or 3
     * @param device device of the latents
     * @return the codec, for the caller to close
     * @throws io.lightcone.UserException if something that it needs is missing
     */
    Codec open(int channels, Device device);
}
