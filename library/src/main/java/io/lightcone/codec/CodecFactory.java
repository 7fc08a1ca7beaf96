// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import org.bytedeco.pytorch.Device;

/**
 * A kind of codec, which a configuration chooses by its name under {@code codec.kind}. Besides the library's own, kinds
 * are found on the class path by {@link java.util.ServiceLoader}: a program adds one by a class that implements this,
 * with a public constructor without parameters, and by the name of that class in a file {@code
 * META-INF/services/io.lightcone.codec.CodecFactory}. Training, sampling and all else then take the new kind.
 */
public interface CodecFactory {
    /** Returns the name of the kind, such as {@code pixels}. */
    String kind();

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
