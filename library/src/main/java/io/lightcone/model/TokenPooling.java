// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Grid;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Averages {@code r x r} tokens of a frame to one cell, and repeats cells over their tokens. Frames never mix. Cells at
 * the lower and right border average only the tokens that are really there, so no padding ever enters.
 *
 * <p>Shapes: B batch, T frames, N tokens of a frame, S cells of a frame, D channels, h and w cells or tokens in a
 * column and a row, r the down factor.
 */
final class TokenPooling {
    private TokenPooling() {}

    /** Returns the mean of each cell, [B, T, N, D] to [B, T, S, D]. */
    static Tensor average(Tensor x_BTND, Grid grid, int r) {
        if (r == 1) {
            return x_BTND;
        }
        long[] window = {r, r};
        Tensor mean_NDhw = torch.avg_pool2d(
                images(x_BTND, grid), window, window, new long[] {0, 0}, true, false, new LongOptional());
        return tokens(mean_NDhw, x_BTND.size(0));
    }

    /**
     * Repeats each cell over its tokens, [B, T, S, D] to [B, T, N, D]; this is the transpose of {@link #average} up to
     * r^2.
     */
    static Tensor repeat(Tensor x_BTSD, Grid grid, int r) {
        if (r == 1) {
            return x_BTSD;
        }
        Grid cells = grid.pooled(r);
        long[] size = {(long) cells.height() * r, (long) cells.width() * r};
        Tensor repeated_NDHW =
                torch.upsample_nearest2d(images(x_BTSD, cells), size, new DoubleOptional(), new DoubleOptional());
        Tensor cropped_NDHW = repeated_NDHW.narrow(2, 0, grid.height()).narrow(3, 0, grid.width());
        return tokens(cropped_NDHW, x_BTSD.size(0));
    }

    /**
     * Returns tokens as images, [B, T, S, D] to [B*T, D, h, w]: a view whose channels lie last in memory, for which
     * libtorch has fast kernels.
     */
    private static Tensor images(Tensor x_BTSD, Grid grid) {
        return x_BTSD.reshape(x_BTSD.size(0) * x_BTSD.size(1), grid.height(), grid.width(), x_BTSD.size(3))
                .permute(0, 3, 1, 2);
    }

    /** Returns images as tokens, [B*T, D, h, w] to [B, T, S, D]. */
    private static Tensor tokens(Tensor x_NDhw, long batch) {
        return x_NDhw.permute(0, 2, 3, 1)
                .reshape(batch, x_NDhw.size(0) / batch, x_NDhw.size(2) * x_NDhw.size(3), x_NDhw.size(1));
    }
}
