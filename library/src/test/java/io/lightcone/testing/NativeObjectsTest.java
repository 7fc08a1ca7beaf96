// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class NativeObjectsTest {
    /** Drops a tensor without freeing it, and waits until the garbage collector has seen that. */
    private static void leak() {
        WeakReference<Tensor> lost = new WeakReference<>(torch.zeros(3));
        while (lost.get() != null) {
            System.gc();
        }
    }

    private static void tidy() {
        try (PointerScope scope = new PointerScope()) {
            torch.zeros(3);
        }
        System.gc();
    }

    @Test
    void aLeakIsSeenThroughTheGarbageCollector() {
        assertThat(NativeObjects.leftBy(2, 5, NativeObjectsTest::leak)).isGreaterThanOrEqualTo(5);
        assertThat(NativeObjects.leftBy(NativeObjectsTest::leak)).isPositive();
    }

    @Test
    void freedObjectsAreNoLeak() {
        assertThat(NativeObjects.leftBy(2, 5, NativeObjectsTest::tidy)).isZero();
    }

    /**
     * Garbage must be freed between counts, or tests that leave something to the collector would fill the memory of
     * later ones.
     */
    @Test
    void garbageIsFreedOnceNobodyCounts() {
        long before = NativeObjects.counting(NativeObjects::count);
        NativeObjects.leftBy(0, 5, NativeObjectsTest::leak);
        Await.until("the end of what was lost", () -> {
            System.gc();
            return NativeObjects.counting(NativeObjects::count) <= before;
        });
    }

    @Test
    void countingNeedsTheCollectorHeldOff() {
        assertThatThrownBy(NativeObjects::count).isInstanceOf(IllegalStateException.class);
    }
}
