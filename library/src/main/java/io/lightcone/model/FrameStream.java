// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Predicts a video frame by frame: it remembers what the model computed of finished frames, so each call costs what its
 * own frames cost. What it predicts is what {@link VideoModel#predict(Tensor, Tensor, Conditions)} would over the whole
 * video so far, with finished frames at the levels they were committed at, and with branches that see as far as it
 * remembers.
 *
 * <p>Methods are called by one thread at a time. {@link #predict} may be called as often as the denoising needs;
 * {@link #commit} once, with the frames and levels to be remembered. Memory is bounded if every branch has a limit. It
 * records no gradients.
 *
 * <p>Shapes: B batch, T frames in work, C channels, H W pixels.
 */
public interface FrameStream extends AutoCloseable {
    /**
     * Predicts the frames that follow the finished ones, without conditions; see
     * {@link #predict(Tensor, Tensor, Conditions)}.
     */
    default Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
        return predict(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Predicts the frames that follow the finished ones.
     *
     * @param x_BTCHW noisy frames, at most as many as the stream was created for
     * @param level_BT the level of each
     * @param conditions conditions of these frames alone
     * @return [B, T, C, H, W] in the caller's scope
     * @throws IllegalArgumentException if there are more frames than that, or frames of another size
     */
    default Tensor predict(Tensor x_BTCHW, Tensor level_BT, Conditions conditions) {
        return predict(x_BTCHW, level_BT, null, conditions);
    }

    /**
     * Predicts the frames that follow the finished ones, for an update that goes so far; see {@link
     * VideoModel#predict(Tensor, Tensor, Tensor, Conditions)}.
     *
     * @param step_BT by how many levels the update of each frame shall lower it: a power of two, or 0 for the finest;
     *     null for 0 everywhere
     */
    Tensor predict(Tensor x_BTCHW, Tensor level_BT, @Nullable Tensor step_BT, Conditions conditions);

    /** Remembers finished frames without conditions; see {@link #commit(Tensor, Tensor, Conditions)}. */
    default void commit(Tensor x_BTCHW, Tensor level_BT) {
        commit(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Remembers finished frames.
     *
     * @param x_BTCHW the frames as later ones shall see them
     * @param level_BT the levels that they are shown at
     * @param conditions conditions of these frames alone
     */
    void commit(Tensor x_BTCHW, Tensor level_BT, Conditions conditions);

    /** Returns the number of frames committed so far. */
    int finished();

    /** Saves what is remembered, at any moment between two calls. */
    void save(Snapshot to);

    /**
     * Restores what a stream like this one has saved; what it predicts is then the same bit for bit.
     *
     * @throws IllegalArgumentException if it was of another kind
     */
    void load(Snapshot from);

    /** Returns the bytes of the keys and values that are remembered, which is all but a frame or two. */
    long bytes();

    @Override
    void close();
}
