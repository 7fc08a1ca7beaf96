// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import org.bytedeco.pytorch.Tensor;

/** Where the queries of a call find their keys: in the clip itself, or also in what is remembered of frames before it. */
interface AttentionContext {
    /** A branch of a model, by its numbers. */
    record BranchIndex(int layer, int branch) {}

    /** Position of the call's first frame in the video. */
    int firstFrame();

    /**
     * Attends.
     *
     * @param cells the branch's own grid of this call
     * @return [B, K, N, D]
     */
    Tensor attend(BranchIndex index, Branch branch, Grid cells, Tensor q_BKND, Tensor k_BKND, Tensor v_BKND);

    /** Nothing before the clip. */
    record OwnClip(AttentionPlans plans) implements AttentionContext {
        @Override
        public int firstFrame() {
            return 0;
        }

        @Override
        public Tensor attend(BranchIndex index, Branch branch, Grid cells, Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
            return plans.plan(branch, cells, q_BKND).attend(q_BKND, k_BKND, v_BKND);
        }
    }
}
