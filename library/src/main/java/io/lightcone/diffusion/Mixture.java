// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * The levels of a batch as tensors, which a {@link NoiseSchedule} creates once, on the device of the frames, for all
 * that is done with these frames. The tensors belong to the scope in which they were created.
 *
 * <p>Shapes: B clips, T frames, C channels, H W rows and columns.
 *
 * @param levels the levels as numbers
 * @param level_BT the same levels as a model takes them: [B, T]
 * @param alpha the share of each clean frame: [B, T, 1, 1, 1]
 * @param sigma the share of the noise in each frame: [B, T, 1, 1, 1]
 */
public record Mixture(Levels levels, Tensor level_BT, Tensor alpha, Tensor sigma) {
    /** Returns {@code alpha x0 + sigma noise}, frames with noise [B, T, C, H, W], in the caller's scope. */
    public Tensor noisy(Tensor x0_BTCHW, Tensor noise_BTCHW) {
        return alpha.mul(x0_BTCHW).add(sigma.mul(noise_BTCHW));
    }

    /** Returns alpha + sigma, by which a point on the {@link StraightPath} is multiplied: [B, T, 1, 1, 1]. */
    Tensor scale() {
        return alpha.add(sigma);
    }

    /** Returns the share of noise in a point on the {@link StraightPath}: [B, T, 1, 1, 1]. */
    Tensor noiseShare() {
        return sigma.div(scale());
    }

    /**
     * Returns what belongs to {@code count} frames of every clip from frame {@code first} on: views, in the caller's
     * scope.
     */
    public Mixture frames(int first, int count) {
        return new Mixture(
                levels.frames(first, count),
                level_BT.narrow(1, first, count),
                alpha.narrow(1, first, count),
                sigma.narrow(1, first, count));
    }
}
