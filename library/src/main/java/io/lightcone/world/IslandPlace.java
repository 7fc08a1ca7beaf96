// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * Where the balloon is over the island: the whole state, all of which is seen.
 *
 * @param x columns of the map from its left side, in pixels
 * @param y rows of the map from its top, in pixels
 */
public record IslandPlace(int x, int y) {
    /** Returns the distance of the two places, in pixels. */
    double distance(IslandPlace other) {
        double dx = x - other.x;
        double dy = y - other.y;
        return Math.sqrt(dx * dx + dy * dy);
    }
}
