// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes {@code softmax(q k' / sqrt(D) + mask) v} in the two ways that libtorch has. Which one is faster depends on
 * the processor and on the element type.
 *
 * <p>Shapes: X calls side by side, H groups within a call, Q queries, L keys, D channels.
 */
public final class AttentionProducts {
    static {
        NativeMemory.allow();
    }

    /** Whether bfloat16 without gradients is computed by two products, as this machine does it. */
    private static volatile boolean byTwoProducts;

    /** A way to compute it. */
    @FunctionalInterface
    interface Way {
        /** Computes it for queries, keys and values and a mask, or null. */
        Tensor attend(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask);
    }

    private AttentionProducts() {}

    /**
     * Sets how {@link #withoutGradients} computes in bfloat16 in this process from now on: by two products, or by the
     * fused kernel, as at the beginning. Which it is changes the last bits of what is computed.
     */
    public static void setByTwoProducts(boolean products) {
        byTwoProducts = products;
    }

    /**
     * Computes it on a CPU where no gradients are recorded. In float32 that is the fused kernel. In bfloat16 it is too
     * where the processor has matrix instructions for it; without them libtorch's kernel takes tens of times as long as
     * two products, which are then computed instead ({@link #setByTwoProducts}).
     *
     * @param mask float of the type of the queries, or null
     */
    public static Tensor withoutGradients(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        return Tensors.type(q_XHQD) == ScalarType.BFloat16 && byTwoProducts
                ? twoProducts(q_XHQD, k_XHLD, v_XHLD, mask)
                : fused(q_XHQD, k_XHLD, v_XHLD, mask);
    }

    /**
     * Computes it by libtorch's fused kernel, which keeps no scores. It is fast in float32, and in bfloat16 without
     * gradients on some processors; its backward pass in bfloat16 is many times slower.
     *
     * @param mask float of the type of the queries, or null
     */
    public static Tensor fused(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        TensorOptional optional = mask == null ? new TensorOptional() : new TensorOptional(mask);
        return torch.scaled_dot_product_attention(
                q_XHQD, k_XHLD, v_XHLD, optional, 0.0, false, new DoubleOptional(), false);
    }

    /**
     * Computes it by two matrix products, which keeps the weight of each pair of query and key for the backward pass.
     * In bfloat16, the products are several times as fast as those of the fused kernel in float32 where the processor
     * multiplies matrices of bfloat16; scores have its eight bits.
     *
     * @param mask likewise
     */
    public static Tensor twoProducts(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        Tensor scaled_XHQD = q_XHQD.mul(new Scalar(1 / Math.sqrt((double) q_XHQD.size(3))));
        Tensor scores_XHQL = torch.matmul(scaled_XHQD, k_XHLD.transpose(-1, -2));
        Tensor masked_XHQL = mask == null ? scores_XHQL : scores_XHQL.add(mask);
        return torch.matmul(torch.softmax(masked_XHQL, -1), v_XHLD);
    }
}
