// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Computes attention with libtorch's scaled dot product attention. libtorch keeps to its fused kernel, forwards and
 * backwards, as long as queries, keys and values have four dimensions of which the last is dense, and the mask is a
 * float of their type that needs no gradient; a boolean mask would be converted at every call.
 */
record LibtorchAttention() implements AttentionKernel {
    @Override
    public Tensor attend(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask) {
        TensorOptional optional = mask == null ? new TensorOptional() : new TensorOptional(mask);
        return torch.scaled_dot_product_attention(
                q_XHQD, k_XHLD, v_XHLD, optional, 0.0, false, new DoubleOptional(), false);
    }
}
