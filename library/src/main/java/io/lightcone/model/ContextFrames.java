// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.RandomBatch;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The past of clips as a model is told it in training: the true one (context forcing), or what the model has made of it.
 *
 * @param x_BTCHW all frames of the clips, as later frames shall see them
 * @param level_BT at these levels
 * @param perturbation standard deviation of the noise that is added to what the model makes of the past
 * @param random where that comes from, for each clip; null for none
 */
public record ContextFrames(
        Tensor x_BTCHW,
        Tensor level_BT,
        double perturbation,
        @Nullable RandomBatch random) {
    /** A past that the model may see as clearly as it can. */
    public static ContextFrames plain(Tensor x_BTCHW, Tensor level_BT) {
        return new ContextFrames(x_BTCHW, level_BT, 0, null);
    }

    /**
     * How many draws of each of its clips there are in a batch, whose first B clips are one of each, and so on.
     *
     * @throws IllegalArgumentException if there are more of some than of others
     */
    int draws(Tensor x_BTCHW) {
        long clips = this.x_BTCHW.size(0);
        if (x_BTCHW.size(0) % clips != 0) {
            throw new IllegalArgumentException(
                    x_BTCHW.size(0) + " clips cannot be as many draws of each of " + clips + " clips");
        }
        return (int) (x_BTCHW.size(0) / clips);
    }

    /** The first {@code count} frames. */
    ContextFrames first(int count) {
        return new ContextFrames(x_BTCHW.narrow(1, 0, count), level_BT.narrow(1, 0, count), perturbation, random);
    }

    /** What the model makes of the past, with noise. */
    Tensor perturb(Tensor normed) {
        if (perturbation == 0 || random == null) {
            return normed;
        }
        return normed.add(random.normalLike(normed), new Scalar(perturbation));
    }
}
