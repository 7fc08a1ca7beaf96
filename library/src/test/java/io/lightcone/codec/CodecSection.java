// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.config.ConfigReader;

/** A configuration that has only the section of a codec, as that of a run has it. */
public record CodecSection(CodecConfig codec) {
    /** Returns the section of a run that is of pixels before {@code settings}. */
    static CodecSection set(String... settings) {
        return ConfigReader.with(new CodecSection(CodecConfig.pixels()), settings);
    }

    /** Returns the codec that {@code codec.kind=kind} chooses, with its defaults. */
    public static CodecConfig of(String kind) {
        return set("codec.kind=" + kind).codec;
    }
}
