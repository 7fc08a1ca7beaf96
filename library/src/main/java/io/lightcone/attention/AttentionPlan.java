// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import org.bytedeco.pytorch.Tensor;

/**
 * Computes the attention of one branch on one grid, with everything prepared: {@code softmax(q k' / sqrt(D)) v} over
 * the neighbourhood of each query. A plan never changes, and all layers and steps share it; {@link AttentionPlans} owns
 * it.
 *
 * <p>Shapes: B batch, K heads of the branch, N tokens of the whole clip (T frames of S tokens), D channels of a head.
 */
public interface AttentionPlan {
    /**
     * Attends from every query to the keys of its neighbourhood.
     *
     * @return [B, K, N, D] in the caller's scope; token n of the result depends only on keys of its own and earlier
     *     frames
     */
    Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND);
}
