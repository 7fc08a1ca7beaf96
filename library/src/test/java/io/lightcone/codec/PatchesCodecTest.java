// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Tests that pixels move into channels where the codec says, and come back exactly. */
class PatchesCodecTest {
    private static final Device CPU = new Device("cpu");

    private static Clip clip(int frames, int height, int width) {
        byte[] pixels = new byte[frames * height * width * 3];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37);
        }
        return new Clip("clip", frames, height, width, 3, pixels);
    }

    @Test
    void everyPixelHasItsChannelAndComesBack() {
        Clip clip = clip(2, 6, 9);
        PatchesConfig config = new PatchesConfig(3);
        assertThat(config.layout(3)).isEqualTo(new LatentLayout(27, 3, 1));
        Scopes.run(() -> {
            try (Codec codec = config.open(3, CPU);
                    StreamingDecoder decoder = codec.decoder()) {
                assertThat(codec.identity()).isEqualTo("patches 3");
                assertThat(codec.range()).isEqualTo(1);
                assertThat(codec.isFramewise()).isTrue();
                Tensor latents = codec.encode(List.of(clip, clip));
                assertThat(latents.shape()).containsExactly(2, 2, 27, 2, 3);
                // Picture 1, channel 2, row 1 * 3 + 2, column 2 * 3 + 1.
                float found = Tensors.floats(latents)[((1 * 27 + (2 * 3 + 2) * 3 + 1) * 2 + 1) * 3 + 2];
                int pixel = clip.pixels()[((1 * 6 + 5) * 9 + 7) * 3 + 2] & 0xff;
                assertThat(found).isEqualTo(pixel / 127.5f - 1, offset(1e-6f));
                for (int t = 0; t < 2; t++) {
                    byte[] back = decoder.next(latents.narrow(1, t, 1)).get(1).pixels();
                    byte[] given = Arrays.copyOfRange(clip.pixels(), t * back.length, (t + 1) * back.length);
                    assertThat(back).isEqualTo(given);
                }
            }
        });
    }

    @Test
    void sizesThatDoNotDivideAreRefused() {
        try (Codec codec = PatchesConfig.defaults().open(3, CPU)) {
            assertThatThrownBy(() -> codec.encode(List.of(clip(1, 6, 9))))
                    .isInstanceOf(UserException.class)
                    .hasMessage("a side of 9 pixels cannot be divided by 2, as the codec does; choose a multiple of 2");
        }
        assertThatThrownBy(() -> CodecSection.set("codec.kind=patches", "codec.size=1"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("size must be from 2 to 64, not 1");
        assertThat(CodecSection.set("codec.kind=patches", "codec.size=4").codec())
                .isEqualTo(new PatchesConfig(4));
    }
}
