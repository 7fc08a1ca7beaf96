// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Computes the dense call that every method of attention ends in: tiles, masks over all pairs, and frame caches.
 * {@link AttentionPlans} hands it to all of them, so another kernel takes no more than another implementation of this
 * interface.
 *
 * <pre>
 * out = softmax(q k' / sqrt(D) + mask) v
 * </pre>
 *
 * <p>Shapes: X calls side by side, H groups within a call that may have masks of their own (heads, or tiles of a
 * frame), Q queries, L keys, D channels.
 */
@FunctionalInterface
public interface AttentionKernel {
    /**
     * The number of queries and keys of a call from which on libtorch's kernel multiplies numbers of 16 bits by
     * oneDNN's products on a CPU; with fewer it does so by a plain loop, which is many times slower.
     */
    int FEWEST_16_BIT_TOKENS = 64;

    /**
     * Attends from every query to the keys of its call and group.
     *
     * <p>All tensors are of one type and on one device, and stay the caller's; the kernel must neither change nor keep
     * them. Their last dimension is dense, the others need not be. Each query sees at least one key. Where gradients
     * are recorded, they must reach queries, keys and values.
     *
     * @param q_XHQD queries
     * @param k_XHLD keys
     * @param v_XHLD values
     * @param mask what is added to the scores, of a shape that broadcasts to [X, H, Q, L]: 0 where a query sees a key,
     *     else minus infinity; null if all see all. It needs no gradient
     * @return [X, H, Q, D] in the caller's scope
     */
    Tensor attend(Tensor q_XHQD, Tensor k_XHLD, Tensor v_XHLD, @Nullable Tensor mask);

    /** Returns libtorch's kernel, which is fused for float32 and bfloat16, forwards and backwards. */
    static AttentionKernel ofLibtorch() {
        return new LibtorchAttention();
    }
}
