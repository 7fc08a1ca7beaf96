// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.AttentionKernel;
import io.lightcone.attention.Branch;
import io.lightcone.attention.BranchCache;
import io.lightcone.attention.Grid;
import io.lightcone.tensor.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Remembers finished frames for all layers of a stack, with one {@link BranchCache} for each branch of each layer. */
final class LayerCaches implements AttentionContext, AutoCloseable {
    private final List<List<BranchCache>> caches = new ArrayList<>();
    private final Grid frame;
    private final int block;
    private final Compute compute;

    /**
     * Creates empty caches.
     *
     * @param config configuration of the layers alone
     * @param frame grid of one frame in tokens
     * @param block the greatest number of frames that are in work at once
     * @param window how far frames look back; sinks within it keep their positions
     */
    LayerCaches(ModelConfig config, Grid frame, int block, ContextWindow window, Compute compute, Rotary rotary) {
        this.frame = frame;
        this.block = block;
        this.compute = compute;
        int fixedReach = window.frames() == 0 ? Integer.MAX_VALUE : window.frames();
        for (int layer = 0; layer < config.depth(); layer++) {
            List<BranchCache> ofLayer = new ArrayList<>();
            for (Branch each : config.branches(layer, frame.height(), frame.width())) {
                Branch branch = window.limit(each);
                ofLayer.add(
                        compute.plans().cache(branch, frame.pooled(branch.down()), block, rotary::later, fixedReach));
            }
            caches.add(ofLayer);
        }
    }

    /**
     * Throws unless frames have the size that these caches were created for, and are not more than they take at once.
     */
    void requireFits(Grid given) {
        if (given.height() != frame.height() || given.width() != frame.width()) {
            throw new IllegalArgumentException("the stream is of " + frame.height() + "x" + frame.width()
                    + " tokens, but the frames have " + given.height() + "x" + given.width());
        }
        if (given.frames() > block) {
            throw new IllegalArgumentException(
                    "the stream was made for " + block + " frames in work, not " + given.frames());
        }
    }

    /** Finishes the frames shown last, so that later ones see them. */
    void commit() {
        caches.forEach(layer -> layer.forEach(BranchCache::commit));
    }

    /** Forgets all frames, so that the next one is the first again. */
    void clear() {
        caches.forEach(layer -> layer.forEach(BranchCache::clear));
    }

    /** Returns the number of frames committed so far. */
    int finished() {
        return caches.get(0).get(0).finished();
    }

    /** Saves what is remembered. */
    void save(Snapshot to) {
        eachCache(to, BranchCache::save);
    }

    /** Restores what caches like these have saved. */
    void load(Snapshot from) {
        eachCache(from, BranchCache::load);
    }

    private void eachCache(Snapshot snapshot, BiConsumer<BranchCache, Snapshot> action) {
        for (int layer = 0; layer < caches.size(); layer++) {
            for (int branch = 0; branch < caches.get(layer).size(); branch++) {
                Snapshot part = snapshot.part("layers", layer).part("branches", branch);
                action.accept(caches.get(layer).get(branch), part);
            }
        }
    }

    /** Returns the bytes of all keys and values that are remembered. */
    long bytes() {
        return caches.stream()
                .flatMap(List::stream)
                .mapToLong(BranchCache::bytes)
                .sum();
    }

    @Override
    public int firstFrame() {
        return finished();
    }

    /** {@inheritDoc} Frames of few tokens are too small for libtorch's fused kernel to be fast with 16 bits. */
    @Override
    public ScalarType type(Grid cells) {
        return cells.tokensPerFrame() < AttentionKernel.FEWEST_16_BIT_TOKENS ? compute.type() : compute.cached();
    }

    @Override
    public Tensor attend(BranchIndex index, Branch branch, Grid cells, Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        return caches.get(index.layer()).get(index.branch()).attend(q_BKND, k_BKND, v_BKND);
    }

    @Override
    public void close() {
        caches.forEach(layer -> layer.forEach(BranchCache::close));
    }
}
