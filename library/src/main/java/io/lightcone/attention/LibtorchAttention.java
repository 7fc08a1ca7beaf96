// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Computes attention with libtorch's scaled dot product attention. libtorch keeps to its fused kernel, forwards and
 * backwards, as long as queries, keys and values have four dimensions of which the last is dense, and the mask is a
 * float of their type that needs no gradient; a boolean mask would be converted at every call.
 */
record LibtorchAttention() implements AttentionKernel {
    @Override
    public Tensor attend(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        ScalarType type = Tensors.type(q_XHQD);
        boolean few = Math.min(q_XHQD.size(2), k_XHLD.size(2)) < AttentionKernel.FEWEST_16_BIT_TOKENS;
        if (few && type == ScalarType.BFloat16 && q_XHQD.is_cpu()) {
            ScalarType wide = ScalarType.Float;
            return fused(q_XHQD.to(wide), k_XHLD.to(wide), v_XHLD.to(wide), mask == null ? null : mask.to(wide))
                    .to(type);
        }
        return fused(q_XHQD, k_XHLD, v_XHLD, mask);
    }

    private static Tensor fused(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        TensorOptional optional = mask == null ? new TensorOptional() : new TensorOptional(mask);
        return torch.scaled_dot_product_attention(
                q_XHQD, k_XHLD, v_XHLD, optional, 0.0, false, new DoubleOptional(), false);
    }
}
