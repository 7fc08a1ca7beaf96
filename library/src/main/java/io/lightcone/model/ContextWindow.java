// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.Branch;
import io.lightcone.attention.KeyFrames;

/**
 * Limits how many past frames each frame of a video is shown, in generation and in training on clips that are longer.
 *
 * @param frames number of frames that branches without a limit of their own see, those in work and the sinks included;
 *     0 for all
 * @param sinks number of first frames of the video that these branches always see, however far back they are
 */
public record ContextWindow(int frames, int sinks) {
    /** No limit: every frame sees the whole video so far. */
    public static final ContextWindow UNLIMITED = new ContextWindow(0, 0);

    public ContextWindow {
        if (frames < 0 || sinks < 0) {
            throw new IllegalArgumentException(
                    "window and sinks must not be negative, but are " + frames + " and " + sinks);
        }
        if (frames != 0 && sinks > 0 && sinks >= frames) {
            throw new IllegalArgumentException(
                    "sinks must be fewer than the window's " + frames + " frames, not " + sinks);
        }
    }

    /**
     * Returns the window of an encoder: one frame less, for the frame in work is among those that the window counts.
     *
     * @throws IllegalArgumentException if that leaves the encoder nothing to see
     */
    ContextWindow ofEncoder() {
        if (frames == 1) {
            throw new IllegalArgumentException(
                    "a window of 1 frame leaves an encoder nothing to see; it takes 2 or more");
        }
        return frames == 0 ? this : new ContextWindow(frames - 1, sinks);
    }

    /** Returns how many key frames a branch without a limit of its own sees, its own frame included. */
    int keyFrames(KeyFrames where, int stride) {
        return 1 + where.within(frames - sinks - 1, stride);
    }

    /** Returns {@code branch} as it sees a clip through this window; see {@link BranchConfig#within}. */
    Branch limit(Branch branch) {
        if (frames == 0 || branch.frames() != Branch.ALL) {
            return branch;
        }
        return new Branch(
                branch.heads(),
                branch.down(),
                branch.window(),
                branch.spatialStride(),
                keyFrames(branch.keyFrames(), branch.stride()),
                Math.max(branch.sinks(), sinks),
                branch.stride(),
                branch.keyFrames(),
                branch.cone());
    }
}
