// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

/**
 * The configuration of how the model is shown finished frames. A little noise makes it trust its own past less, which
 * keeps long roll-outs from drifting (Diffusion Forcing, arXiv 2407.01392).
 *
 * @param given noise level at which given frames are shown, below 1
 * @param generated noise level at which frames that the model has generated are shown, below 1
 * @param noise whether that much noise is really added, the same each time a frame is shown; otherwise frames are only
 *     scaled as if it were, with the same level for the model, which costs no detail
 */
public record ContextConfig(double given, double generated, boolean noise) {
    public ContextConfig {
        requireLevel("given", given);
        requireLevel("generated", generated);
    }

    private static void requireLevel(String name, double level) {
        if (!(level >= 0 && level < 1)) {
            throw new IllegalArgumentException(name + " must lie in [0, 1), not " + level);
        }
    }

    /** Returns a context of one level for all finished frames, which are only scaled. */
    static ContextConfig of(double level) {
        return new ContextConfig(level, level, false);
    }
}
