// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * A model at work on one video, or on B of them at once: it predicts the frames in work behind the finished ones that it has
 * been shown. How it remembers those is its own affair: as frames, to be computed anew at every call
 * ({@link WindowDenoiser}), or as keys and values.
 *
 * <p>Shapes: B videos, T frames, C channels, H W rows and columns.
 */
public interface CausalDenoiser extends AutoCloseable {
    /**
     * Predicts the frames that follow the finished ones. It changes nothing, so it may be called as often as one likes.
     *
     * @param first number of the first of them in the video, from 0
     * @param x_BTCHW noisy frames
     * @param level_BT the level of each
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT);

    /**
     * Takes the next frames as finished.
     *
     * @param first number of the first of them in the video, from 0
     * @param x_BTCHW as all later frames shall see them
     * @param level_BT at these levels
     */
    void remember(int first, Tensor x_BTCHW, Tensor level_BT);

    /** Puts down what it remembers, between two frames. */
    void save(Snapshot to);

    /**
     * Takes up what a denoiser like this one has put down; what it predicts is then the same bit for bit.
     *
     * @throws IllegalArgumentException if it was of another kind
     */
    void load(Snapshot from);

    /** Lets go of what it remembers, not of the model. */
    @Override
    void close();
}
