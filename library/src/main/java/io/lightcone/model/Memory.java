// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

/**
 * How far a video in the making looks back.
 *
 * @param window frames that branches without a limit of their own see, those in work and the sinks included; 0 for all
 * @param sinks first frames of the video that these branches never forget, however far back they are
 */
public record Memory(int window, int sinks) {
    /** No limit: the whole video. */
    public static final Memory ALL = new Memory(0, 0);

    public Memory {
        if (window < 0 || sinks < 0) {
            throw new IllegalArgumentException(
                    "window and sinks must not be negative, but are " + window + " and " + sinks);
        }
        if (window != 0 && sinks > 0 && sinks >= window) {
            throw new IllegalArgumentException(
                    "sinks must be fewer than the window's " + window + " frames, not " + sinks);
        }
    }
}
