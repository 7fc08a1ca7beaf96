// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a weight in the element type of the products that it takes part in. Where no gradients are recorded, it is
 * converted once and again only after it has changed: a model that generates video frame by frame multiplies few tokens
 * at a time, so that converting would take a good part of the time. It belongs to the {@link Parameters} that it came
 * from.
 */
public final class ConvertedWeight implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    private final Tensor weight;
    private final ScalarType type;
    private @Nullable Tensor converted;
    private long version;

    ConvertedWeight(Tensor weight, ScalarType type) {
        this.weight = weight;
        this.type = type;
    }

    /**
     * Returns the weight in that type. The tensor belongs to the caller's scope where gradients are recorded or nothing
     * needs converting, and to this object otherwise.
     */
    public Tensor get() {
        if (Tensors.type(weight) == type || GradMode.is_enabled()) {
            return weight.to(type);
        }
        Tensor kept = converted;
        if (kept == null || version != weight._version()) {
            close();
            kept = Scopes.unscoped(() -> weight.to(type));
            converted = kept;
            version = weight._version();
        }
        return kept;
    }

    /** Returns the bytes of the converted copy that is kept beside the weight; 0 if there is none. */
    long bytes() {
        return converted == null ? 0 : converted.nbytes();
    }

    @Override
    public void close() {
        if (converted != null) {
            converted.close();
            converted = null;
        }
    }
}
