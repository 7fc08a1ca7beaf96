// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attends for the layers of a call, with keys from the call's own clip alone, or also from what is remembered of frames
 * before it.
 */
interface AttentionContext {
    /** Names a branch of a stack by the numbers of its layer and of the branch, both from 0. */
    record BranchIndex(int layer, int branch) {}

    /** Returns the position of the call's first frame in the video. */
    int firstFrame();

    /**
     * Returns the type that queries, keys and values of a branch shall have.
     *
     * @param cells the branch's own grid of the call
     */
    ScalarType type(Grid cells);

    /**
     * Attends from the queries of a call in one branch.
     *
     * @param cells the branch's own grid of this call
     * @return [B, K, N, D]
     */
    Tensor attend(BranchIndex index, Branch branch, Grid cells, Tensor q_BKND, Tensor k_BKND, Tensor v_BKND);

    /**
     * Attends within the call's own clip, whose first frame is the first of the video.
     *
     * @param window how far its frames look back
     */
    record OwnClip(Compute compute, ContextWindow window) implements AttentionContext {
        /** Attends to all frames of the clip so far. */
        OwnClip(Compute compute) {
            this(compute, ContextWindow.UNLIMITED);
        }

        @Override
        public ScalarType type(Grid cells) {
            return compute.attention();
        }

        @Override
        public int firstFrame() {
            return 0;
        }

        @Override
        public Tensor attend(
                BranchIndex index, Branch branch, Grid cells, Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
            return compute.plans().plan(window.limit(branch), cells, q_BKND).attend(q_BKND, k_BKND, v_BKND);
        }
    }
}
