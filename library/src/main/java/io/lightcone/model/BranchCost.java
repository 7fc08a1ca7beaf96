// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.AttentionCost;
import io.lightcone.attention.Branch;
import io.lightcone.attention.CacheCost;
import io.lightcone.attention.Grid;
import io.lightcone.model.ModelConfig.BranchInput;

/**
 * Counts the cost of one branch of one layer for the forward pass over one clip.
 *
 * @param summary the branch in a few words
 * @param down its down factor in this layer
 * @param tokens tokens of the clip in the branch's own grid
 * @param projections the work of projections of queries, keys, values and outcome; its parameters include the norm of
 *     queries and keys
 * @param attentionUseful multiply-adds of scores and weighted sums over the pairs of the definition
 * @param attentionDone multiply-adds of scores and weighted sums over the pairs that are computed, masked ones included
 * @param attentionBytes bytes that attention reads and writes at least
 * @param keptBytes bytes that the backward pass needs again, an estimate: see {@link ActivationMemory}
 * @param cache keys and values of finished frames
 */
public record BranchCost(
        String summary,
        int down,
        long tokens,
        Work projections,
        long attentionUseful,
        long attentionDone,
        long attentionBytes,
        long keptBytes,
        CacheBytes cache) {

    /** Returns the cost of a branch over {@code clips} clips that do not see each other. */
    static BranchCost of(ModelConfig model, Branch branch, Grid grid, int clips, ElementBytes bytes) {
        int channels = branch.heads() * model.headWidth();
        int inputs = model.branchInput() == BranchInput.ALL ? model.width() : channels;
        AttentionCost cost = AttentionCost.of(branch, grid, inputs, model.headWidth());
        Work norm = new Work(model.headWidth(), 0, 0);
        long tokens = Math.multiplyExact(clips, cost.tokens());
        Work projections = Work.linear(tokens, inputs, 3L * channels, bytes.linear())
                .plus(Work.withoutBias(tokens, channels, channels, bytes.linear()))
                .plus(norm);
        return new BranchCost(
                summary(branch),
                branch.down(),
                tokens,
                projections,
                Math.multiplyExact(clips, cost.useful()),
                Math.multiplyExact(clips, cost.done()),
                Math.multiplyExact((long) clips * ModelCost.FLOAT32, cost.numbersMoved()),
                clips * ActivationMemory.ofBranch(branch, cost, bytes),
                CacheBytes.of(CacheCost.of(branch, grid, model.headWidth()), grid.frames()));
    }

    /** Returns the branch in a few words, as the configuration does, with the down factor of this layer. */
    static String summary(Branch branch) {
        return new BranchConfig(
                        branch.heads(),
                        branch.down(),
                        branch.down(),
                        branch.window(),
                        branch.spatialStride(),
                        branch.frames(),
                        branch.sinks(),
                        branch.stride(),
                        branch.keyFrames(),
                        branch.cone())
                .summary();
    }
}
