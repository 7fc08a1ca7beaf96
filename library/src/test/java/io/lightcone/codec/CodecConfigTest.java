// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;

/** Tests which kinds of codec a configuration can name. */
class CodecConfigTest {
    @Test
    void kindsAreTheLibrarysOwnAndThoseOnTheClassPath() {
        assertThat(CodecConfig.pixels()).isEqualTo(new CodecConfig("pixels"));
        assertThat(CodecConfig.pixels().isPixels()).isTrue();
        assertThat(new CodecConfig("half-resolution").isPixels()).isFalse();
        Codec codec = new CodecConfig("half-resolution").open(3, new Device("cpu"));
        assertThat(codec).isInstanceOf(HalfResolutionCodec.class);
        assertThatThrownBy(() -> new CodecConfig("jpeg"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kind must be half-resolution or pixels or two-pictures, not 'jpeg'; other kinds are found once"
                                + " the library that has them is on the class path");
    }
}
