// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * How far a video in the making looks back.
 *
 * @param frames frames that branches without a limit of their own see, those in work and the sinks included; 0 for all
 * @param sinks first frames of the video that these branches never forget, however far back they are
 */
public record ContextWindow(int frames, int sinks) {
    /** No limit: the whole video. */
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
