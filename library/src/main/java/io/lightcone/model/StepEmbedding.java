// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * Embeds how far the update of each frame goes, as a vector that is added to that of its level (shortcut models, arXiv
 * 2410.12557, section 3): a table whose row j is for an update by {@code 2^-j} levels. The last row is for the finest
 * updates, and so for all that are none: frames of the past, and whoever asks for the velocity at a level. A model that
 * is not told has no table.
 *
 * <p>Shapes: B clips, T frames, D width of a token, R rows of the table.
 */
final class StepEmbedding {
    private final @Nullable Tensor sizes_RD;
    private final int last;
    private final ScalarType type;

    StepEmbedding(Parameters parameters, String name, ModelConfig config, ScalarType type) {
        long rows = rows(config.shortcut());
        this.last = (int) rows - 1;
        this.sizes_RD = rows == 0 ? null : parameters.declare(name, Initialisation.SMALL, rows, config.width());
        this.type = type;
    }

    /** Returns the number of rows of the table for {@link ModelConfig#shortcut}: one for each size; none for none. */
    static long rows(int shortcut) {
        return shortcut == 0 ? 0 : Integer.numberOfTrailingZeros(shortcut) + 1L;
    }

    /**
     * Adds the vectors of the updates to those of the levels.
     *
     * @param c_BTD vectors of the levels
     * @param step_BT how far the update of each frame goes, a power of two or 0; null for 0 everywhere
     * @return [B, T, D]
     */
    Tensor add(Tensor c_BTD, @Nullable Tensor step_BT) {
        if (sizes_RD == null) {
            return c_BTD;
        }
        if (step_BT == null) {
            return c_BTD.add(sizes_RD.select(0, last).to(type)); // D, the same for every frame
        }
        Tensor row_BT = torch.clamp( // -log2(0) is infinite, which is the last row
                        step_BT.log2().neg().round(),
                        new ScalarOptional(new Scalar(0.0)),
                        new ScalarOptional(new Scalar((double) last)))
                .to(ScalarType.Long);
        return c_BTD.add(sizes_RD.index_select(0, row_BT.view(-1)).to(type).view(c_BTD.shape()));
    }
}
