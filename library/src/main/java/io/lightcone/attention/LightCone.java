// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Says how fast the spatial window widens with frame distance: a key k frames back lies in a window that is wider by
 * {@code 2 * floor(tokens * k / frames)}. A speed of zero tokens is the fixed window. Tokens are those of the branch's
 * own grid.
 *
 * <p>MSC (arXiv 2412.09828) asks for windows "roughly proportional to the frame difference"; the speed is a fraction of
 * whole numbers, so that neighbourhoods are exact.
 *
 * @param tokens how many tokens the window widens by, on each side, in {@code frames} frames; 0 for a fixed window
 * @param frames over how many frames it widens by {@code tokens}, at least 1
 */
public record LightCone(int tokens, int frames) {
    /** The light cone that does not widen: the window stays as it is. */
    public static final LightCone NONE = new LightCone(0, 1);

    public LightCone {
        if (tokens < 0 || frames < 1) {
            throw new IllegalArgumentException(
                    "a light cone needs tokens >= 0 and frames >= 1, not " + tokens + " and " + frames);
        }
    }

    /**
     * Returns the window for keys {@code distance} frames back, from the window {@code base} within a frame. It may be
     * far wider than any frame: an int need not hold it, a long does.
     */
    long window(int base, int distance) {
        return base + 2 * ((long) tokens * distance / frames);
    }
}
