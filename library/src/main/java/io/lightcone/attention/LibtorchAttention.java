// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.AttentionProducts;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes attention with libtorch. Its fused kernel is used, forwards and backwards, as long as queries, keys and
 * values have four dimensions of which the last is dense, and the mask is a float of their type that needs no gradient;
 * a boolean mask would be converted at every call. On a CPU that kernel is slow with numbers of 16 bits where gradients
 * are recorded, and with few of them: there it is replaced by two products, or by the kernel with 32 bits.
 */
record LibtorchAttention() implements AttentionKernel {
    /** The number of scores of a call from which on two products would keep too much, and would not be faster. */
    static final long MOST_SCORES = 1L << 26;

    @Override
    public Tensor attend(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        ScalarType type = Tensors.type(q_XHQD);
        if (type != ScalarType.BFloat16 || !q_XHQD.is_cpu()) {
            return AttentionProducts.fused(q_XHQD, k_XHLD, v_XHLD, mask);
        }
        long scores = q_XHQD.numel() / q_XHQD.size(3) * k_XHLD.size(2);
        if (GradMode.is_enabled() && scores <= MOST_SCORES) {
            return AttentionProducts.twoProducts(q_XHQD, k_XHLD, v_XHLD, mask);
        }
        boolean few = Math.min(q_XHQD.size(2), k_XHLD.size(2)) < AttentionKernel.FEWEST_16_BIT_TOKENS;
        if (!few && !GradMode.is_enabled() && scores <= MOST_SCORES) {
            return AttentionProducts.withoutGradients(q_XHQD, k_XHLD, v_XHLD, mask);
        }
        ScalarType wide = ScalarType.Float;
        return AttentionProducts.fused(
                        q_XHQD.to(wide), k_XHLD.to(wide), v_XHLD.to(wide), mask == null ? null : mask.to(wide))
                .to(type);
    }
}
