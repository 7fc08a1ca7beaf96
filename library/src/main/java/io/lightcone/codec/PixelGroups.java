// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import org.bytedeco.pytorch.Tensor;

/**
 * Moves pixels between pictures and the channels of a coarser grid, which loses nothing and computes nothing: the q
 * pictures of a group and their p x p pixels become the channels of one place, and back.
 *
 * <p>Shapes: B videos, T pictures, N groups of q pictures, C channels, H W rows and columns of the picture or the grid.
 */
final class PixelGroups {
    private PixelGroups() {}

    /** Returns pictures [B, N q, C, H p, W p] as places [B, N, H, W, q C p p]. */
    static Tensor join(Tensor x_BTCHW, int q, int p) {
        return Scopes.scoped(() -> {
            long[] s = x_BTCHW.shape();
            Tensor parts = x_BTCHW.reshape(s[0], s[1] / q, q, s[2], s[3] / p, p, s[4] / p, p); // B N q C H p W p
            return parts.permute(0, 1, 4, 6, 2, 3, 5, 7).flatten(4, 7).contiguous();
        });
    }

    /** Returns places [B, N, H, W, q C p p] as pictures [B, N q, C, H p, W p]. */
    static Tensor split(Tensor x_BNHWD, int q, int p) {
        return Scopes.scoped(() -> {
            long[] s = x_BNHWD.shape();
            long channels = s[4] / ((long) q * p * p);
            Tensor parts = x_BNHWD.view(s[0], s[1], s[2], s[3], q, channels, p, p); // B N H W q C p p
            return parts.permute(0, 1, 4, 5, 2, 6, 3, 7).reshape(s[0], s[1] * q, channels, s[2] * p, s[3] * p);
        });
    }

    /** Returns places [B, N, H, W, 4 C] as a grid of twice the rows and columns, [B, N, 2 H, 2 W, C]. */
    static Tensor spread(Tensor x_BNHWD) {
        return Scopes.scoped(() -> {
            long[] s = x_BNHWD.shape();
            Tensor parts = x_BNHWD.view(s[0], s[1], s[2], s[3], 2, 2, s[4] / 4); // B N H W 2 2 C
            return parts.permute(0, 1, 2, 4, 3, 5, 6).reshape(s[0], s[1], 2 * s[2], 2 * s[3], s[4] / 4);
        });
    }
}
