// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * Limits how many past frames each frame of a generated video is shown.
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
}
