// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * Random numbers that are part of a state: a long that is stepped, as in SplitMix64 (Steele, Lea and Flood 2014). The
 * same on every machine.
 */
final class Noise {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private Noise() {}

    static long next(long random) {
        return random + GOLDEN;
    }

    /** Returns the number in [0, 1) that belongs to {@code random}. */
    static double unit(long random) {
        return (mix(random) >>> 11) * 0x1p-53;
    }

    /** Returns the number in [0, 1) of a place on a grid of numbers. */
    static double at(long seed, int x, int y) {
        return unit(mix(mix(seed + x * GOLDEN) + y * GOLDEN));
    }

    static long mix(long value) {
        long z = value + GOLDEN;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
