// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * One side of a wall, with two colours and a pattern. Patterns are coarse, so that a small model can learn them, and
 * the light grows from left to right, so that no two parts of a side look alike.
 *
 * @param colour the first colour, 0xRRGGBB
 * @param accent the colour of the pattern
 * @param pattern which pattern, 0 to {@link #PATTERNS} - 1
 */
record WallFace(int colour, int accent, int pattern) {
    static final int PATTERNS = 7;

    private static final double EDGE = 0.06;
    private static final double DARK = 0.55;

    /**
     * Returns the first colour as it is seen.
     *
     * @param u where on the side, from its left edge, 0, to its right edge, 1
     * @param light how bright it is, 1 for as bright as the colours are
     */
    int plain(double u, double light) {
        return lit(colour, u, light);
    }

    /** Returns the colour of the pattern as it is seen; see {@link #plain}. */
    int accent(double u, double light) {
        return lit(accent, u, light);
    }

    private static int lit(int colour, double u, double light) {
        boolean edge = u < EDGE || u > 1 - EDGE;
        double shade = light * (0.82 + 0.3 * u) * (edge ? DARK : 1);
        return Canvas.rgb(
                shade * Canvas.channel(colour, 0),
                shade * Canvas.channel(colour, 1),
                shade * Canvas.channel(colour, 2));
    }

    /** Returns whether the pattern is at a place: {@code v} is from the upper edge, 0, to the lower edge, 1. */
    boolean isAccent(double u, double v) {
        double x = u - 0.5;
        double y = v - 0.5;
        return switch (pattern) {
            case 0 -> v > 0.62; // a panel along the floor
            case 1 -> Math.abs(x) < 0.16; // a pillar
            case 2 -> Math.abs(x) + Math.abs(y) * 0.7 < 0.28; // a diamond
            case 3 -> (u < 0.5) == (v < 0.5); // four fields
            case 4 -> x * x + y * y * 0.5 < 0.07; // a disc
            case 5 -> Math.abs(y) < 0.14 || Math.abs(x) < 0.1; // a cross
            default -> v < 0.3 || (v > 0.7 && u > 0.5); // a frieze, and a step
        };
    }
}
