// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.Locale;

/** In which numbers large products are computed, and so which ceiling they stand under. */
public enum Numbers {
    FLOAT32,
    BFLOAT16;

    /** As one writes it. */
    public String words() {
        return name().toLowerCase(Locale.ROOT);
    }
}
