// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

/** The types that large products and attention may be computed in, as settings name them. */
public enum Precision {
    /** 32 bits. */
    FLOAT32,
    /** 16 bits, added up in 32. */
    BFLOAT16,
    /** {@code bfloat16} where this machine is much faster with it. */
    AUTO
}
