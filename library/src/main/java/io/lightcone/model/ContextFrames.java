// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.RandomBatch;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Holds the past frames of clips as a model is shown them in training: the true ones (teacher forcing), or ones that
 * the model has generated.
 *
 * @param x_BTCHW all frames of the clips, as later frames shall see them
 * @param level_BT the levels that they are shown at
 * @param perturbation standard deviation of the noise that is added to the encoder's tokens of these frames
 * @param random source of that noise for each clip; null for none
 * @param window how far frames look back, also in a model that sees the past in the noisy frames themselves
 */
public record ContextFrames(
        Tensor x_BTCHW,
        Tensor level_BT,
        double perturbation,
        @Nullable RandomBatch random,
        ContextWindow window) {
    /** Returns context frames without perturbation, all of which later frames see. */
    public static ContextFrames plain(Tensor x_BTCHW, Tensor level_BT) {
        return new ContextFrames(x_BTCHW, level_BT, 0, null, ContextWindow.UNLIMITED);
    }

    /** Returns the same frames seen through a window. */
    public ContextFrames within(ContextWindow seen) {
        return new ContextFrames(x_BTCHW, level_BT, perturbation, random, seen);
    }

    /**
     * Returns how many draws of each of these clips there are in a batch, whose first B clips are one of each, and so
     * on.
     *
     * @throws IllegalArgumentException if there are more of some than of others
     */
    int draws(Tensor x_BTCHW) {
        return draws(this.x_BTCHW, x_BTCHW);
    }

    /** Returns how many draws there are of each of the clips that {@code context} has something of. */
    static int draws(Tensor context, Tensor x_BTCHW) {
        long clips = context.size(0);
        if (x_BTCHW.size(0) % clips != 0) {
            throw new IllegalArgumentException(
                    x_BTCHW.size(0) + " clips cannot be as many draws of each of " + clips + " clips");
        }
        return (int) (x_BTCHW.size(0) / clips);
    }

    /** Returns the frames of some of the clips, in this order and without perturbation, in the caller's scope. */
    public ContextFrames clips(Tensor numbers) {
        return plain(x_BTCHW.index_select(0, numbers), level_BT.index_select(0, numbers))
                .within(window);
    }

    /** Returns the first {@code count} frames. */
    ContextFrames first(int count) {
        return new ContextFrames(
                x_BTCHW.narrow(1, 0, count), level_BT.narrow(1, 0, count), perturbation, random, window);
    }

    /** Returns the encoder's normalised tokens with the perturbation's noise. */
    Tensor perturb(Tensor normed) {
        if (perturbation == 0 || random == null) {
            return normed;
        }
        return normed.add(random.normalLike(normed), new Scalar(perturbation));
    }
}
