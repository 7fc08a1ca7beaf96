// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.run.TrainingConfig.Precision;
import java.util.Locale;

/** In which numbers large products are computed, and so which ceiling they stand under. */
public enum Numbers {
    FLOAT32,
    BFLOAT16;

    /**
     * Those of large products in a run.
     *
     * @throws IllegalArgumentException of AUTO, which is to be resolved before anything is measured
     */
    public static Numbers of(Precision linear) {
        return switch (linear) {
            case FLOAT32 -> FLOAT32;
            case BFLOAT16 -> BFLOAT16;
            case AUTO -> throw new IllegalArgumentException("training.linear must be resolved before it is measured");
        };
    }

    /** As one writes it. */
    public String words() {
        return name().toLowerCase(Locale.ROOT);
    }
}
