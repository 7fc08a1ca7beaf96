// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

/**
 * How video is generated.
 *
 * @param steps updates of each frame, from noise to clean
 * @param contextLevel noise level at which finished and given frames are presented to the model, in [0, 1). A little makes
 *     the model trust its own past less, which keeps long roll-outs from drifting (Diffusion Forcing, arXiv 2407.01392)
 * @param given frames that are given when a clip is continued
 */
public record SamplingConfig(int steps, double contextLevel, int given) {
    public SamplingConfig {
        if (steps < 1 || given < 1) {
            throw new IllegalArgumentException("steps and given must be at least 1, not " + steps + " and " + given);
        }
        if (!(contextLevel >= 0 && contextLevel < 1)) {
            throw new IllegalArgumentException("contextLevel must lie in [0, 1), not " + contextLevel);
        }
    }
}
