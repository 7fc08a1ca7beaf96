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

    /** How many times as fast two products must be to take the place of the fused kernel: no chance may decide. */
    private static final double MUCH_FASTER = 3;

    /** Records whether this processor has a fused kernel in bfloat16 that is worth its name, as measured once. */
    private static final class Bfloat16 {
        static final boolean FUSED_IS_SLOW = SpeedProbe.attentionMilliseconds(
                        AttentionProducts::fused, ScalarType.BFloat16)
                > MUCH_FASTER * SpeedProbe.attentionMilliseconds(AttentionProducts::twoProducts, ScalarType.BFloat16);
    }

    /** A way to compute it. */
    @FunctionalInterface
    interface Way {
        /** Computes it for queries, keys and values and a mask, or null. */
        Tensor attend(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask);
    }

    private AttentionProducts() {}

    /**
     * Computes it on a CPU where no gradients are recorded. In float32 that is the fused kernel. In bfloat16 it is too
     * where the processor has matrix instructions for it; without them libtorch's kernel takes tens of times as long as
     * two products, which are then computed instead.
     *
     * @param mask float of the type of the queries, or null
     */
    public static Tensor withoutGradients(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        return Tensors.type(q_XHQD) == ScalarType.BFloat16 && Bfloat16.FUSED_IS_SLOW
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
