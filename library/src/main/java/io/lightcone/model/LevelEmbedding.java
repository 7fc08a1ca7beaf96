// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Embeds the level of each frame as a vector: sines and cosines of 128 frequencies, then two layers, as DiT embeds its
 * time step. A level lies in [0, 1] and is stretched by 1,000, the usual range of time steps, to spread over the
 * frequencies.
 */
final class LevelEmbedding {
    static final int FREQUENCIES = 128;
    private static final double LONGEST_PERIOD = 10_000;
    private static final double STRETCH = 1_000;

    private final Linear first;
    private final Linear second;

    LevelEmbedding(Parameters parameters, String name, int width, ScalarType type) {
        this.first = Linear.declare(
                parameters, name + ".first", 2 * FREQUENCIES, width, type, Initialisation.SMALL, Start.ZERO);
        this.second =
                Linear.declare(parameters, name + ".second", width, width, type, Initialisation.SMALL, Start.ZERO);
    }

    /** Embeds levels, [B, T] to [B, T, D]. */
    Tensor apply(Tensor level_BT) {
        double[] frequencies = new double[FREQUENCIES];
        for (int i = 0; i < FREQUENCIES; i++) {
            frequencies[i] = STRETCH * Math.pow(LONGEST_PERIOD, -(double) i / FREQUENCIES);
        }
        Tensor frequencies_F = Tensors.of(frequencies, FREQUENCIES).to(level_BT.device(), Tensors.type(level_BT));
        Tensor angles_BTF = level_BT.unsqueeze(-1).mul(frequencies_F);
        Tensor waves_BTF = Tensors.cat(-1, angles_BTF.cos(), angles_BTF.sin());
        return second.apply(torch.silu(first.apply(waves_BTF)));
    }
}
