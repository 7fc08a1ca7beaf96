// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * The map of an island and the sea around it, 256 x 256 pixels: heights from smooth noise, coloured from deep water to
 * snow and lit from one side, and landmarks that are spread so that hardly a view has none.
 */
final class IslandMap {
    static final int SIDE = 256;

    private static final double SEA = 0.4;
    private static final int APART = 27;
    private static final int TRIES = 4000;
    private static final int MARGIN = 8;

    /** Heights above the sea, and the colours that begin there. */
    private static final double[] HEIGHTS = {-0.4, -0.12, -0.03, 0, 0.025, 0.09, 0.2, 0.3, 0.39, 0.5};

    private static final int[] COLOURS = {
        0x14306e, 0x1f5fa8, 0x3f93c8, 0x8fd0d4, 0xead9a0, 0x8fc264, 0x4e9a51, 0x3f7f4a, 0x8a7a66, 0xf2f2ee
    };

    private final long seed;
    private final byte[] pixels = new byte[SIDE * SIDE * World.CHANNELS];
    private final List<IslandPlace> landmarks = new ArrayList<>();

    IslandMap(long layout) {
        seed = Noise.mix(layout ^ 0x69736c65L);
        Canvas canvas = new Canvas(SIDE, SIDE, pixels);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                canvas.blend(x, y, ground(x, y), 1);
            }
        }
        placeLandmarks(canvas);
    }

    /** Returns the height above the sea; the highest points are about 0.5. */
    private double height(int x, int y) {
        double noise = 0.55 * smooth(x, y, 64, 1) + 0.3 * smooth(x, y, 32, 2) + 0.15 * smooth(x, y, 16, 3);
        double dx = (x - SIDE / 2.0) / (SIDE / 2.0);
        double dy = (y - SIDE / 2.0) / (SIDE / 2.0);
        return 1.35 * noise - 0.42 * (dx * dx + dy * dy) - SEA + 0.02;
    }

    /** Returns noise in [0, 1] that is random at distances of {@code period} and smooth between. */
    private double smooth(int x, int y, int period, int octave) {
        int left = x / period;
        int top = y / period;
        double u = ease((x % period) / (double) period);
        double v = ease((y % period) / (double) period);
        double above = (1 - u) * corner(left, top, octave) + u * corner(left + 1, top, octave);
        double below = (1 - u) * corner(left, top + 1, octave) + u * corner(left + 1, top + 1, octave);
        return (1 - v) * above + v * below;
    }

    private double corner(int x, int y, int octave) {
        return Noise.at(seed + octave, x, y);
    }

    private static double ease(double share) {
        return share * share * (3 - 2 * share);
    }

    private int ground(int x, int y) {
        double height = height(x, y);
        double slope = height(Math.min(SIDE - 1, x + 1), y)
                - height(Math.max(0, x - 1), y)
                + height(x, Math.min(SIDE - 1, y + 1))
                - height(x, Math.max(0, y - 1));
        int colour = colour(height);
        double light = height > 0 ? Math.max(-0.3, Math.min(0.25, 5 * slope)) : 0;
        return Canvas.mix(colour, light > 0 ? 0x10203a : 0xfff4d8, Math.abs(light));
    }

    /** Returns the colour of a height: bands with soft borders on land, and one passing into the next in the sea. */
    private static int colour(double height) {
        int band = 0;
        while (band < HEIGHTS.length - 1 && height >= HEIGHTS[band + 1]) {
            band++;
        }
        if (band == HEIGHTS.length - 1) {
            return COLOURS[band];
        }
        double share = (height - HEIGHTS[band]) / (HEIGHTS[band + 1] - HEIGHTS[band]);
        return Canvas.mix(COLOURS[band], COLOURS[band + 1], height < HEIGHTS[3] ? share : (share - 0.75) * 4);
    }

    private void placeLandmarks(Canvas canvas) {
        long random = seed;
        for (int i = 0; i < TRIES; i++) {
            random = Noise.next(random);
            int x = MARGIN + (int) (Noise.unit(random) * (SIDE - 2 * MARGIN));
            random = Noise.next(random);
            int y = MARGIN + (int) (Noise.unit(random) * (SIDE - 2 * MARGIN));
            IslandPlace place = new IslandPlace(x, y);
            if (landmarks.stream().allMatch(other -> other.distance(place) >= APART)) {
                Landmark.draw(canvas, x, y, height(x, y), landmarks.size());
                landmarks.add(place);
            }
        }
    }

    /** Returns the colours of the map, in the order H, W, C; not to be changed. */
    byte[] pixels() {
        return pixels;
    }

    List<IslandPlace> landmarks() {
        return List.copyOf(landmarks);
    }
}
