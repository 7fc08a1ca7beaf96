// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;

/**
 * The configuration of the codec between the pictures of a run and what its model learns.
 *
 * @param kind {@code pixels} for none, or the kind of a {@link CodecFactory} on the class path
 */
public record CodecConfig(String kind) {
    private static final List<CodecFactory> OWN = List.of(new PixelCodec.Factory());

    public CodecConfig {
        factory(kind);
    }

    /** Returns the configuration of the codec of pixels. */
    public static CodecConfig pixels() {
        return new CodecConfig(PixelCodec.KIND);
    }

    /** Returns whether latents are the pixels themselves. */
    public boolean isPixels() {
        return kind.equals(PixelCodec.KIND);
    }

    /** Returns the sizes of the latents of pictures with {@code channels} channels; nothing is opened. */
    public LatentLayout layout(int channels) {
        return factory(kind).layout(channels);
    }

    /** Opens the codec as {@link CodecFactory#open} does. */
    public Codec open(int channels, Device device) {
        return factory(kind).open(channels, device);
    }

    private static CodecFactory factory(String kind) {
        return all(kind)
                .filter(factory -> factory.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("kind must be "
                        + all(kind).map(CodecFactory::kind).sorted().collect(Collectors.joining(" or ")) + ", not '"
                        + kind + "'; other kinds are found once the library that has them is on the class path"));
    }

    /**
     * Returns the library's own kinds if {@code wanted} is one of them, else these and all others on the class path.
     */
    private static Stream<CodecFactory> all(String wanted) {
        return OWN.stream().anyMatch(own -> own.kind().equals(wanted))
                ? OWN.stream()
                : Stream.concat(
                        OWN.stream(),
                        ServiceLoader.load(CodecFactory.class).stream().map(ServiceLoader.Provider::get));
    }
}
