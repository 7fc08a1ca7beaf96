// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Holds how the conditions of each frame scale and shift its normalised tokens (adaLN, DiT, arXiv 2212.09748, section
 * 3.2).
 *
 * <p>Shapes: B batch, T frames, N tokens of a frame, D width of a token.
 *
 * @param shift_BT1D what is added
 * @param scale_BT1D what is multiplied by, around one
 */
record Modulation(Tensor shift_BT1D, Tensor scale_BT1D) {
    private static final double NORM_EPSILON = 1e-6;

    /**
     * Returns the modulation in the output of a linear map, of which part {@code part} is the shift and the next one
     * how much the scale is above one.
     *
     * @param m_BTPD P parts of D channels each, in the last dimension
     */
    static Modulation of(Tensor m_BTPD, int part, int width) {
        return new Modulation(
                part(m_BTPD, part, width), part(m_BTPD, part + 1, width).add(new Scalar(1.0)));
    }

    /** Returns one part of the output of a linear map, [B, T, 1, D]. */
    static Tensor part(Tensor m_BTPD, int part, int width) {
        return m_BTPD.narrow(-1, (long) part * width, width).unsqueeze(2);
    }

    /** Returns {@code scale * norm(x) + shift}. */
    Tensor apply(Tensor x_BTND) {
        long width = x_BTND.size(3);
        if (shift_BT1D.numel() == width && !GradMode.is_enabled()) {
            // One frame has one scale and one shift for all tokens, which the norm applies in passing.
            return norm(x_BTND, new TensorOptional(scale_BT1D.view(width)), new TensorOptional(shift_BT1D.view(width)));
        }
        return applyToNormed(norm(x_BTND));
    }

    /** Returns {@code scale * normed + shift}. */
    Tensor applyToNormed(Tensor normed_BTND) {
        return torch.addcmul(shift_BT1D, normed_BTND, scale_BT1D);
    }

    /** Returns tokens of mean zero and variance one, each by itself. */
    static Tensor norm(Tensor x_BTND) {
        return norm(x_BTND, new TensorOptional(), new TensorOptional());
    }

    private static Tensor norm(Tensor x_BTND, TensorOptional scale_D, TensorOptional shift_D) {
        return torch.layer_norm(x_BTND, new long[] {x_BTND.size(3)}, scale_D, shift_D, NORM_EPSILON, false);
    }
}
