// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import org.bytedeco.pytorch.Tensor;

/**
 * Frames cut into square patches, one for each token.
 *
 * <p>Shapes: B batch, T frames, C channels, H W pixels, N tokens of a frame, h w tokens in a column and a row, p pixels of a
 * patch's side.
 *
 * @param channels C
 * @param side p
 */
record Patches(int channels, int side) {
    /** Numbers in a patch. */
    int values() {
        return channels * side * side;
    }

    /** [B, T, C, H, W] to [B, T, N, C p p]. */
    Tensor cut(Tensor x_BTCHW, Grid grid) {
        return x_BTCHW.reshape(x_BTCHW.size(0), grid.frames(), channels, grid.height(), side, grid.width(), side)
                .permute(0, 1, 3, 5, 2, 4, 6) // B T h w C p p
                .reshape(x_BTCHW.size(0), grid.frames(), grid.tokensPerFrame(), values());
    }

    /** [B, T, N, C p p] to [B, T, C, H, W]. */
    Tensor join(Tensor x_BTNP, Grid grid) {
        long batch = x_BTNP.size(0);
        return x_BTNP.reshape(batch, grid.frames(), grid.height(), grid.width(), channels, side, side)
                .permute(0, 1, 4, 2, 5, 3, 6) // B T C h p w p
                .reshape(batch, grid.frames(), channels, (long) grid.height() * side, (long) grid.width() * side);
    }
}
