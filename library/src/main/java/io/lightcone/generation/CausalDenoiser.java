// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * A model that denoises one video, or B of them at once: it predicts the frames in work, given the finished ones that
 * it has been shown. How it remembers those is up to the implementation: as frames, to be computed anew at every call
 * ({@link WindowDenoiser}), or as keys and values.
 *
 * <p>Shapes: B videos, T frames, C channels, H W rows and columns.
 */
public interface CausalDenoiser extends AutoCloseable {
    /**
     * Predicts the frames that follow the finished ones. It changes nothing, so it may be called as often as one likes.
     *
     * @param first number of the first frame to predict in the video, from 0
     * @param x_BTCHW noisy frames
     * @param level_BT the level of each
     * @param step_BT by how many levels the update lowers each, 0 where that is not known; for shortcut models, which
     *     predict whole updates
     * @return [B, T, C, H, W] in the caller's scope
     */
    Tensor predict(int first, Tensor x_BTCHW, Tensor level_BT, Tensor step_BT);

    /**
     * Remembers the next frames as finished.
     *
     * @param first number of the first of these frames in the video, from 0
     * @param x_BTCHW the frames as all later ones shall see them
     * @param level_BT the level of each
     */
    void remember(int first, Tensor x_BTCHW, Tensor level_BT);

    /** Saves what this denoiser remembers, between two frames. */
    void save(Snapshot to);

    /**
     * Restores what a denoiser like this one has saved; its predictions are then the same bit for bit.
     *
     * @throws IllegalArgumentException if it was saved by another kind of denoiser
     */
    void load(Snapshot from);

    /** Frees what this denoiser remembers, but not the model. */
    @Override
    void close();
}
