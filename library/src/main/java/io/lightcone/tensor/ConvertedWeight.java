// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A weight in the type of the products that it takes part in. Where no gradients are recorded, it is converted once and again
 * only after it has changed: a model that makes video frame by frame multiplies few tokens at a time, so that converting would
 * take a good part of the time. It belongs to the {@link Parameters} that it came from.
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

    /** The weight in that type: in the caller's scope, or this object's. */
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

    /** Of what is kept beside the weight. */
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
