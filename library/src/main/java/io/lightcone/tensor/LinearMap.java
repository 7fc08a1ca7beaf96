// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Multiplies by a weight and adds a bias, {@code x W' + b}, in an element type of its own. Where no gradients are
 * recorded, the weight is prepared once and again only after it has changed: converted, and on a CPU laid out as the
 * product reads it ({@link PackedWeight}). A model that generates video frame by frame multiplies few tokens at a time,
 * so that preparing a weight takes about as long as multiplying by it. The map belongs to the {@link Parameters} that
 * its weights came from.
 */
public final class LinearMap implements AutoCloseable {
    static {
        NativeMemory.allow();
    }

    private final Tensor weight_OI;
    private final @Nullable Tensor bias_O;
    private final ScalarType type;
    private @Nullable Prepared prepared;

    /**
     * Holds weight and bias in the type of the product, as they were at their versions.
     *
     * @param weight_OI the weight, unless it is packed
     * @param bias_O null if there is none
     */
    private record Prepared(
            @Nullable Tensor weight_OI,
            @Nullable PackedWeight packed,
            @Nullable Tensor bias_O,
            long weightVersion,
            long biasVersion)
            implements AutoCloseable {
        @Override
        public void close() {
            if (weight_OI != null) {
                weight_OI.close();
            }
            if (packed != null) {
                packed.close();
            }
            if (bias_O != null) {
                bias_O.close();
            }
        }
    }

    LinearMap(Tensor weight_OI, @Nullable Tensor bias_O, ScalarType type) {
        this.weight_OI = weight_OI;
        this.bias_O = bias_O;
        this.type = type;
    }

    /** Applies this map, [..., in] of any type to [..., out] of the map's, in the caller's scope. */
    public Tensor apply(Tensor x) {
        return apply(x, false);
    }

    /**
     * Applies this map and then GELU, which on a CPU costs hardly more than the map where no gradients are recorded.
     */
    public Tensor applyThenGelu(Tensor x) {
        return apply(x, true);
    }

    private Tensor apply(Tensor x, boolean gelu) {
        Tensor in = x.to(type);
        if (GradMode.is_enabled()) {
            return product(in, weight_OI.to(type), bias_O == null ? null : bias_O.to(type), gelu);
        }
        Prepared now = prepared();
        if (now.packed != null) {
            return now.packed.multiply(in, now.bias_O, gelu);
        }
        return product(in, now.weight_OI == null ? weight_OI : now.weight_OI, now.bias_O, gelu);
    }

    private static Tensor product(Tensor x, Tensor weight_OI, @Nullable Tensor bias_O, boolean gelu) {
        Tensor y =
                MatrixProducts.linear(x, weight_OI, bias_O == null ? new TensorOptional() : new TensorOptional(bias_O));
        return gelu ? torch.gelu(y) : y;
    }

    private Prepared prepared() {
        Prepared kept = prepared;
        long weightVersion = weight_OI._version();
        long biasVersion = bias_O == null ? 0 : bias_O._version();
        if (kept != null && kept.weightVersion == weightVersion && kept.biasVersion == biasVersion) {
            return kept;
        }
        close();
        boolean packs = PackedWeight.isPossible(weight_OI, type);
        boolean converts = Tensors.type(weight_OI) != type;
        Tensor bias = bias_O;
        kept = new Prepared(
                converts && !packs ? Scopes.unscoped(() -> weight_OI.to(type)) : null,
                packs ? PackedWeight.of(weight_OI, type) : null,
                bias == null ? null : Scopes.unscoped(() -> converts ? bias.to(type) : bias.detach()),
                weightVersion,
                biasVersion);
        prepared = kept;
        return kept;
    }

    /** Returns the bytes of what is kept beside the weight; 0 if there is nothing. */
    long bytes() {
        Prepared kept = prepared;
        if (kept == null) {
            return 0;
        }
        return (kept.weight_OI == null ? 0 : kept.weight_OI.nbytes()) + (kept.packed == null ? 0 : kept.packed.bytes());
    }

    @Override
    public void close() {
        if (prepared != null) {
            prepared.close();
            prepared = null;
        }
    }
}
