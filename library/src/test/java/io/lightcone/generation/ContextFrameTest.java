// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Tests that copies of context frames are independent and leave no native memory behind. */
class ContextFrameTest {
    @Test
    void aFrameWhoseLevelCannotBeCopiedLeavesNothing() {
        NativeObjects.requireNothingLeft(() -> {
            Tensor x = torch.ones(1, 1, 1, 2, 2);
            assertThatThrownBy(() -> ContextFrame.copy(3, x, new Tensor())).isInstanceOf(RuntimeException.class);
        });
    }

    @Test
    void aCopyOutOfAClipIsThatFrameAlone() {
        NativeObjects.requireNothingLeft(() -> {
            Tensor clip = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 3, 1, 1, 2);
            Tensor levels = Tensors.of(new float[] {0, 0.5f, 1}, 1, 3);
            try (ContextFrame frame = ContextFrame.copy(7, 1, clip, levels)) {
                assertThat(frame.number()).isEqualTo(8);
                assertThat(Tensors.floats(frame.x_B1CHW())).containsExactly(3, 4);
                assertThat(Tensors.floats(frame.level_B1())).containsExactly(0.5f);
            }
        });
    }
}
