// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import io.lightcone.tensor.Precision;
import java.util.Locale;

/** The type in which large matrix products are computed, and so the ceiling that they are compared with. */
public enum MatmulPrecision {
    FLOAT32,
    BFLOAT16;

    /**
     * Returns the type of the large products in a run.
     *
     * @throws IllegalArgumentException for AUTO, which has to be resolved before anything is measured
     */
    public static MatmulPrecision of(Precision linear) {
        return switch (linear) {
            case FLOAT32 -> FLOAT32;
            case BFLOAT16 -> BFLOAT16;
            case AUTO -> throw new IllegalArgumentException("training.linear must be resolved before it is measured");
        };
    }

    /** Returns the name as it is printed, such as {@code bfloat16}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
