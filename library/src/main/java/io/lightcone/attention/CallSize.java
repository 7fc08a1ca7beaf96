// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Describes how large one call of fused attention over tiles is; what it costs follows from these numbers alone.
 *
 * @param timeTiles time tiles that look alike
 * @param spatialTiles spatial tiles that each of them is cut into
 * @param queries queries of a tile
 * @param keys keys of a tile
 * @param inPlace whether the keys are one stretch of memory, so that nothing need be copied
 */
record CallSize(int timeTiles, long spatialTiles, long queries, long keys, boolean inPlace) {
    /**
     * Returns how many pairs of query and key the call computes, masked ones included.
     *
     * @throws ArithmeticException if there are more than a long counts
     */
    long donePairs() {
        return Math.multiplyExact(Math.multiplyExact(timeTiles * spatialTiles, queries), keys);
    }

    /** Returns the number of {@link #donePairs}, rounded and without bounds. */
    double pairs() {
        return timeTiles * maskNumbers();
    }

    /** Returns how many keys are copied to stand beside their queries. */
    long copiedKeys() {
        return inPlace ? 0 : Math.multiplyExact(timeTiles * spatialTiles, keys);
    }

    /** Returns how many queries the call computes, with those that overlapping tiles compute twice. */
    long allQueries() {
        return timeTiles * spatialTiles * queries;
    }

    /** Returns how many numbers the mask has, which heads, batch and time tiles share. */
    double maskNumbers() {
        return (double) spatialTiles * queries * keys;
    }
}
