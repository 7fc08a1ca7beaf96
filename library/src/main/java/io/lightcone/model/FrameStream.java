// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * A video in the making, for a model that goes on frame by frame: it remembers what it made of finished frames, so each call
 * costs what its own frames cost. What it predicts is what {@link VideoModel#predict(Tensor, Tensor, Conditions)} would over the
 * whole video so far, with finished frames at the levels they were committed at, and with branches that see as far as it
 * remembers.
 *
 * <p>{@link #predict} may be called as often as the denoising needs; {@link #commit} once, with the frames and levels to be
 * remembered. Memory is bounded if every branch has a limit. It records no gradients.
 *
 * <p>Shapes: B batch, T frames in work, C channels, H W pixels.
 */
public interface FrameStream extends AutoCloseable {
    /** As {@link #predict(Tensor, Tensor, Conditions)}, where nothing is said of classes and actions. */
    default Tensor predict(Tensor x_BTCHW, Tensor level_BT) {
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
    Tensor predict(Tensor x_BTCHW, Tensor level_BT, Conditions conditions);

    /** As {@link #commit(Tensor, Tensor, Conditions)}, where nothing is said of classes and actions. */
    default void commit(Tensor x_BTCHW, Tensor level_BT) {
        commit(x_BTCHW, level_BT, Conditions.NONE);
    }

    /**
     * Remembers finished frames.
     *
     * @param x_BTCHW as later frames shall see them
     * @param level_BT at these levels
     * @param conditions of these frames alone
     */
    void commit(Tensor x_BTCHW, Tensor level_BT, Conditions conditions);

    /** Frames committed so far. */
    int finished();

    /** Puts down what is remembered, between two frames. */
    void save(Snapshot to);

    /**
     * Takes up what a stream like this one has put down; what it predicts is then the same bit for bit.
     *
     * @throws IllegalArgumentException if it was of another kind
     */
    void load(Snapshot from);

    /** Bytes of the keys and values that are remembered, which is all but a frame or two. */
    long bytes();

    @Override
    void close();
}
