// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
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

    private AttentionProducts() {}

    /**
     * Computes it by libtorch's fused kernel, which keeps no scores. It is fast in float32, and in bfloat16 without
     * gradients; its backward pass in bfloat16 is many times slower.
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
