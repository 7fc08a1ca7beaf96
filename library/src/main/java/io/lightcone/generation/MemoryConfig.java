// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import io.lightcone.tensor.Precision;

/**
 * The configuration of what a roll-out remembers of its past. All of it is bounded, whatever the length of the video.
 *
 * @param window how many frames the model sees at once, those in work and the sinks included; 0 for those of a training
 *     clip, which are all that it has learned to see
 * @param sinks how many first frames of the video are never forgotten (attention sinks, arXiv 2309.17453): they anchor
 *     what things look like. Branches with a limit of their own do without them
 * @param reanchor after so many frames, all is forgotten but the sinks and the last {@code sampling.given} frames, from
 *     which memory is built anew, so that errors inherited from older ones end; 0 for never
 * @param precision type of the keys and values that are remembered, and of attention to them; with AUTO bfloat16 where
 *     products are and attention is much faster with it, and float32 elsewhere
 */
public record MemoryConfig(int window, int sinks, int reanchor, Precision precision) {
    private static final int MOST = 100_000;

    public MemoryConfig {
        requireCount("window", window);
        requireCount("sinks", sinks);
        if (reanchor < 0) {
            throw new IllegalArgumentException("reanchor must not be negative, but is " + reanchor);
        }
    }

    private static void requireCount(String name, int count) {
        if (count < 0 || count > MOST) {
            throw new IllegalArgumentException(name + " must lie between 0 and " + MOST + ", not " + count);
        }
    }

    /** Returns a memory of as many frames as a training clip has, and nothing besides. */
    static MemoryConfig ofTraining() {
        return new MemoryConfig(0, 0, 0, Precision.AUTO);
    }

    /** Returns how many frames the model sees at once, if it was trained on clips of {@code trained} frames. */
    public int window(int trained) {
        return window == 0 ? trained : window;
    }
}
