// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Lists the element types of a safetensors file, under the names it gives them, with their size in bytes. */
enum Dtype {
    F64(ScalarType.Double, 8),
    F32(ScalarType.Float, 4),
    F16(ScalarType.Half, 2),
    BF16(ScalarType.BFloat16, 2),
    I64(ScalarType.Long, 8),
    I32(ScalarType.Int, 4),
    U8(ScalarType.Byte, 1),
    BOOL(ScalarType.Bool, 1);

    final ScalarType scalarType;
    final int bytes;

    Dtype(ScalarType scalarType, int bytes) {
        this.scalarType = scalarType;
        this.bytes = bytes;
    }

    /** Returns the type called {@code name}, or null if there is none. */
    static @Nullable Dtype named(@Nullable String name) {
        for (Dtype dtype : values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        return null;
    }

    /**
     * Returns the type of tensors of {@code type}, which must be interned, or null where safetensors has no name for
     * it.
     */
    static @Nullable Dtype of(ScalarType type) {
        for (Dtype dtype : values()) {
            if (dtype.scalarType == type) {
                return dtype;
            }
        }
        return null;
    }
}
