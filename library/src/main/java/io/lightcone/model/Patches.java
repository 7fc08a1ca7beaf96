// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.UserException;
import io.lightcone.attention.Grid;
import org.bytedeco.pytorch.Tensor;

/**
 * Cuts frames into square patches, one for each token, and joins them again.
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, h w tokens in a column and a row, p pixels
 * of a patch's side.
 *
 * @param channels C
 * @param side p
 */
record Patches(int channels, int side) {
    /**
     * Returns the tokens of a clip of {@code frames} frames of {@code height} rows and {@code width} columns of pixels.
     *
     * @throws UserException if the patch does not divide the frames, or there are more tokens than an int counts
     */
    Grid grid(int frames, int height, int width) {
        if (height < 1 || width < 1 || height % side != 0 || width % side != 0) {
            throw new UserException(
                    "frames of " + width + "x" + height + " pixels cannot be cut into patches of " + side
                            + "x" + side + "; choose a width and a height that are multiples of " + side
                            + ", or another model.patch");
        }
        Grid grid = new Grid(frames, height / side, width / side);
        if (grid.tokenCount() > Integer.MAX_VALUE) {
            throw new UserException("a clip of " + frames + " frames of " + width + "x" + height + " pixels has "
                    + grid.tokenCount() + " tokens, more than " + Integer.MAX_VALUE
                    + "; choose fewer frames or smaller ones");
        }
        return grid;
    }

    /** Returns how many numbers a patch has. */
    int values() {
        return channels * side * side;
    }

    /** Cuts frames into patches, [B, T, C, H, W] to [B, T, N, C p p]. */
    Tensor cut(Tensor x_BTCHW, Grid grid) {
        return x_BTCHW.reshape(x_BTCHW.size(0), grid.frames(), channels, grid.height(), side, grid.width(), side)
                .permute(0, 1, 3, 5, 2, 4, 6) // B T h w C p p
                .reshape(x_BTCHW.size(0), grid.frames(), grid.tokensPerFrame(), values());
    }

    /** Joins patches to frames, [B, T, N, C p p] to [B, T, C, H, W]. */
    Tensor join(Tensor x_BTNP, Grid grid) {
        long batch = x_BTNP.size(0);
        return x_BTNP.reshape(batch, grid.frames(), grid.height(), grid.width(), channels, side, side)
                .permute(0, 1, 4, 2, 5, 3, 6) // B T C h p w p
                .reshape(batch, grid.frames(), channels, (long) grid.height() * side, (long) grid.width() * side);
    }
}
