// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * Attends for a branch whose queries see their own frame alone, so that nothing has to be remembered of finished ones
 * but how many there were. Keys and values are read where they are, not copied as a {@link FrameCache} does.
 */
final class WithinFrame implements BranchCache {
    private final Branch branch;
    private final Grid frame;
    private final int block;
    private final AttentionPlans plans;
    private int next;
    private int shown;

    /**
     * Creates the cache of a branch that sees no past.
     *
     * @param frame one frame of the branch's own grid
     * @param block the greatest number of frames that are in work at once
     */
    WithinFrame(Branch branch, Grid frame, int block, AttentionPlans plans) {
        this.branch = branch.neighbourhoodOnly();
        this.frame = frame;
        this.block = block;
        this.plans = plans;
    }

    @Override
    public int finished() {
        return next;
    }

    @Override
    public Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        shown = BranchCache.framesOf(q_BKND, frame, block);
        Grid grid = new Grid(shown, frame.height(), frame.width());
        return plans.plan(branch, grid, q_BKND).attend(q_BKND, k_BKND, v_BKND);
    }

    @Override
    public void commit() {
        next += shown;
        shown = 0;
    }

    @Override
    public void clear() {
        next = 0;
        shown = 0;
    }

    @Override
    public void save(Snapshot to) {
        to.put("finished", next);
    }

    @Override
    public void load(Snapshot from) {
        next = Math.toIntExact(from.number("finished"));
        shown = 0;
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public void close() {}
}
