// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Tests that pixels are scaled, clipped and restored exactly. */
class PixelCodecTest {
    @Test
    void everyByteComesBack() {
        byte[] all = new byte[256 * 3];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 7);
        }
        Scopes.run(() -> {
            Tensor encoded = ClipTensors.fromBytes(Tensors.of(all, 1, 2, 8, 16, 3), new Device("cpu"));
            assertThat(encoded.shape()).containsExactly(1, 2, 3, 8, 16);
            assertThat(encoded.max().item_double()).isLessThanOrEqualTo(1);
            assertThat(encoded.min().item_double()).isGreaterThanOrEqualTo(-1);
            assertThat(Tensors.bytes(ClipTensors.toBytes(encoded))).containsExactly(all);
        });
    }

    @Test
    void valuesOutsideOfTheRangeAreClipped() {
        Scopes.run(() -> {
            Tensor wild = torch.ones(1, 1, 1, 1, 2).mul(new Scalar(9.0));
            assertThat(Tensors.bytes(ClipTensors.toBytes(wild))).containsOnly((byte) 255);
            assertThat(Tensors.bytes(ClipTensors.toBytes(wild.neg()))).containsOnly((byte) 0);
        });
    }
}
