// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import org.bytedeco.javacpp.Pointer;

/** Native objects that are left behind, counted where the garbage collector cannot have hidden any. */
public final class NativeMemory {
    private static final int ROUNDS = 10;
    private static final int TRIES = 20;

    private NativeMemory() {}

    /** Requires that {@code body} leaves no native object behind but those of the scope that it is run in. */
    public static void requireNothingLeft(Runnable body) {
        Scopes.run(body); // classes are loaded, and tables made that stay
        for (int i = 0; i < TRIES; i++) {
            System.gc();
            Pointer.deallocateReferences();
            long collections = collections();
            long before = Pointer.totalCount();
            for (int round = 0; round < ROUNDS; round++) {
                Scopes.run(body);
            }
            long left = Pointer.totalCount() - before;
            if (collections() == collections) {
                assertThat(left).as("native objects left by %d runs", ROUNDS).isLessThan(ROUNDS);
                return;
            }
        }
        throw new AssertionError("the garbage collector never paused long enough to count");
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
