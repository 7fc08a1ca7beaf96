// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Branch;
import io.lightcone.attention.FrameCache;
import io.lightcone.attention.Grid;
import io.lightcone.tensor.Scopes;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * A video in the making, for a model that goes on frame by frame: it remembers keys and values of finished frames, so each
 * call costs what its own frames cost. What it predicts is what {@link VideoTransformer#predict} would over the whole video
 * so far, with finished frames at the levels they were committed at, and with branches that see as far as it remembers.
 *
 * <p>{@link #predict} may be called as often as the denoising needs; {@link #commit} once, with the frames and levels to be
 * remembered. Memory is bounded if every branch has a limit. It records no gradients.
 *
 * <p>Shapes: B batch, T frames in work, C channels, H W pixels.
 */
public final class FrameStream implements Past, AutoCloseable {
    private final VideoTransformer model;
    private final List<List<FrameCache>> caches = new ArrayList<>();
    private final int block;
    private final Grid frame;
    private int finished;

    /** A stream before its first frame; the model must outlive it. */
    FrameStream(VideoTransformer model, List<BranchConfig> branches, Grid frame, int block) {
        this.model = model;
        this.frame = frame;
        this.block = block;
        int depth = model.config().depth();
        for (int layer = 0; layer < depth; layer++) {
            List<FrameCache> ofLayer = new ArrayList<>();
            for (BranchConfig each : branches) {
                Branch branch = each.at(layer, depth, frame.height(), frame.width());
                FrameCache cache = new FrameCache(
                        branch,
                        frame.pooled(branch.down()),
                        block,
                        model.compute().plans());
                ofLayer.add(cache);
            }
            caches.add(ofLayer);
        }
    }

    /** As {@link #predict(Tensor, Tensor, Conditions)}, where nothing is said of classes and actions. */
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return predict(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Predicts the frames that follow the finished ones.
     *
     * @param x_BTCHW noisy frames, at most as many as the stream was made for
     * @param level_BT the level of each
     * @param conditions of these frames alone
     * @return [B, T, C, H, W] in the caller's scope
     * @throws IllegalArgumentException if there are more frames than that, or others than the stream was made for
     */
    public Tensor predict(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        requireFits(x_BTCHW);
        return Scopes.withoutGrad(() -> model.predict(x_BTCHW, level_BT, conditions, this));
    }

    private void requireFits(Tensor x_BTCHW) {
        Grid given = Grids.of(model.config(), (int) x_BTCHW.size(1), (int) x_BTCHW.size(3), (int) x_BTCHW.size(4));
        if (given.height() != frame.height() || given.width() != frame.width()) {
            throw new IllegalArgumentException("the stream is of " + frame.height() + "x" + frame.width()
                    + " tokens, but the frames have " + given.height() + "x" + given.width());
        }
        if (given.frames() > block) {
            throw new IllegalArgumentException(
                    "the stream was made for " + block + " frames in work, not " + given.frames());
        }
    }

    /** As {@link #commit(Tensor, Tensor, Conditions)}, where nothing is said of classes and actions. */
    public void commit(Tensor x_BTCHW, Tensor level_BT) {
        commit(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Remembers finished frames.
     *
     * @param x_BTCHW as later frames shall see them
     * @param level_BT at these levels
     * @param conditions of these frames alone
     */
    public void commit(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        Scopes.run(() -> predict(x_BTCHW, level_BT, conditions));
        caches.forEach(layer -> layer.forEach(FrameCache::commit));
        finished += (int) x_BTCHW.size(1);
    }

    /** Frames committed so far. */
    public int finished() {
        return finished;
    }

    /** Bytes of all keys and values that are remembered. */
    public long bytes() {
        return caches.stream()
                .flatMap(List::stream)
                .mapToLong(FrameCache::bytes)
                .sum();
    }

    @Override
    public int firstFrame() {
        return finished;
    }

    @Override
    public Tensor attend(Place place, Branch branch, Grid cells, Tensor q_BKND, Tensor k_BKND, Tensor v_BKND) {
        return caches.get(place.layer()).get(place.branch()).attend(q_BKND, k_BKND, v_BKND);
    }

    @Override
    public void close() {
        caches.forEach(layer -> layer.forEach(FrameCache::close));
    }
}
