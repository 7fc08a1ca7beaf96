// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.RecordCopy;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the cost of one layer for the forward pass over one clip.
 *
 * @param layer its number, from 0
 * @param branches costs of the branches of its attention
 * @param feedForward work of the two matrix products of its feed-forward layer
 * @param conditioning work of gates and modulation, from the level of each frame
 * @param keptBytes bytes that the backward pass needs again, branches included; an estimate: see
 *     {@link ActivationMemory}
 * @param inputBytes bytes of its input, which is all that is kept if the layer is recomputed
 * @param scratchBytes bytes that it makes a step take beyond what is in use, an estimate: see {@link ActivationMemory}
 * @param convertedBytes bytes of weights kept a second time in the type of large matrix products
 * @param paper the paper's closed forms for its attention; null if they do not apply
 */
public record LayerCost(
        int layer,
        List<BranchCost> branches,
        Work feedForward,
        Work conditioning,
        long keptBytes,
        long inputBytes,
        long scratchBytes,
        long convertedBytes,
        @Nullable PaperCost paper) {

    public LayerCost {
        branches = List.copyOf(branches);
    }

    /**
     * Returns the cost of layer {@code layer} of {@code config}, whose branches there are {@code reach}.
     *
     * @param grid grid of a clip in tokens
     * @param clips number of clips that do not see each other
     */
    static LayerCost of(ModelConfig config, int layer, List<Branch> reach, Grid grid, int clips, ElementBytes bytes) {
        List<BranchCost> branches = reach.stream()
                .map(branch -> BranchCost.of(config, branch, grid, clips, bytes))
                .toList();
        long width = config.width();
        long hidden = width * config.feedForward();
        long tokens = Math.multiplyExact(clips, grid.tokenCount());
        long frames = (long) clips * grid.frames();
        Work feedForward = Work.linear(tokens, width, hidden, bytes.linear())
                .plus(Work.linear(tokens, hidden, width, bytes.linear()));
        Work conditioning = Work.linear(frames, width, reach.size(), ModelCost.FLOAT32)
                .plus(Work.linear(frames, width, 6 * width, ModelCost.FLOAT32));
        boolean averages = reach.stream().anyMatch(branch -> branch.down() > 1);
        long kept = clips * ActivationMemory.ofLayer(config, grid, averages, bytes)
                + branches.stream().mapToLong(BranchCost::keptBytes).sum();
        long products = feedForward.parameters()
                + branches.stream()
                        .mapToLong(branch -> branch.projections().parameters())
                        .sum();
        return new LayerCost(
                layer,
                branches,
                feedForward,
                conditioning,
                kept,
                clips * ActivationMemory.ofInput(config, grid),
                clips * ActivationMemory.scratch(config, grid),
                ActivationMemory.convertedWeights(products, bytes.linear()),
                clips == 1 ? PaperCost.of(reach, branches, grid, config.width()) : null);
    }

    /** Returns the work of the projections of all branches. */
    public Work projections() {
        return branches.stream().map(BranchCost::projections).reduce(Work.NONE, Work::plus);
    }

    /** Returns the multiply-adds of attention over the pairs of the definition. */
    public long attentionUseful() {
        return branches.stream().mapToLong(BranchCost::attentionUseful).reduce(0, Math::addExact);
    }

    /** Returns the multiply-adds of attention over the pairs that are computed. */
    public long attentionDone() {
        return branches.stream().mapToLong(BranchCost::attentionDone).reduce(0, Math::addExact);
    }

    /** Returns the bytes that attention reads and writes at least. */
    public long attentionBytes() {
        return branches.stream().mapToLong(BranchCost::attentionBytes).reduce(0, Math::addExact);
    }

    /** Returns the work of the whole layer: what is useful, and what is read and written. */
    public Work total() {
        return projections()
                .plus(feedForward)
                .plus(conditioning)
                .plus(new Work(0, attentionUseful(), attentionBytes()));
    }

    /** Returns the memory of the keys and values of finished frames. */
    public CacheBytes cache() {
        return branches.stream().map(BranchCost::cache).reduce(CacheBytes.NONE, CacheBytes::plus);
    }

    /** Returns the cost of this layer under another number: layers that cost the same are equal under one number. */
    public LayerCost numbered(int number) {
        return RecordCopy.of(this).with(LayerCost::layer, number).build();
    }
}
