// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.tensor.Snapshot;
import io.lightcone.testing.NativeObjects;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Tests that plans and caches whose creation fails halfway leave no native memory behind. */
class UnfinishedPlansTest {
    private static final Device CPU = new Device("cpu");
    private static final Neighbourhood HIGH =
            new Neighbourhood(new Branch(1, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE), new Grid(4, 5, 5));
    private static final List<TileRun> RUNS = TileRun.cut(HIGH, new Tile(1, 2, 2));

    @Test
    void aPlanWhoseLastCallFailsLeavesNothing() {
        assertThat(RUNS).hasSizeGreaterThan(1);
        NativeObjects.requireNothingLeft(() -> assertThatThrownBy(() -> TiledPlan.calls(RUNS, run -> {
                    if (run.equals(RUNS.get(RUNS.size() - 1))) {
                        throw new IllegalStateException("full");
                    }
                    return new TiledCall(HIGH, run, ScalarType.Float, CPU, AttentionKernel.ofLibtorch());
                }))
                .hasMessage("full"));
    }

    /** Quantised numbers cannot be converted to, so the mask fails, which is created last. */
    @Test
    void aCallWhoseMaskFailsLeavesNoIndices() {
        NativeObjects.requireNothingLeft(() -> assertThatThrownBy(
                        () -> new TiledCall(HIGH, RUNS.get(0), ScalarType.QInt8, CPU, AttentionKernel.ofLibtorch()))
                .isInstanceOf(RuntimeException.class));
    }

    @Test
    void aRingWhoseValuesHaveNoRoomHoldsNoKeys() {
        NativeObjects.requireNothingLeft(() -> {
            try (FrameRing ring = new FrameRing(2, 1, 0, 4)) {
                Tensor keys = torch.ones(1, 1, 2, 4);
                Tensor tooLarge = torch.ones(1, 1, 2, 1).expand(1, 1, 2, 1L << 50);
                assertThatThrownBy(() -> ring.show(0, keys, tooLarge)).isInstanceOf(RuntimeException.class);
                assertThat(ring.bytes()).isZero();
                ring.show(0, keys, keys);
            }
        });
    }

    @Test
    void aRingThatWasSavedWithoutValuesIsNotHalfLoaded() {
        NativeObjects.requireNothingLeft(() -> {
            Snapshot saved = Snapshot.empty();
            try (FrameRing ring = new FrameRing(2, 1, 0, 4);
                    FrameRing other = new FrameRing(2, 1, 0, 4)) {
                Tensor keys = torch.ones(1, 1, 2, 4);
                ring.show(0, keys, keys);
                saved.put("room", 4);
                saved.put("slots");
                saved.put("ring");
                saved.put("keys", ring.allKeys());
                assertThatThrownBy(() -> other.load(saved)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(other::allKeys).isInstanceOf(IllegalStateException.class);
            }
        });
    }
}
