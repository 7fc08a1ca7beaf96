// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * How large one call of fused attention over tiles is; what it costs follows from these numbers alone.
 *
 * @param timeTiles time tiles that look alike
 * @param spatialTiles that each of them is cut into
 * @param queries of a tile
 * @param keys of a tile
 * @param inPlace whether the keys are one stretch of memory, so that nothing need be copied
 */
record CallSize(int timeTiles, long spatialTiles, long queries, long keys, boolean inPlace) {
    /**
     * Pairs of queries and keys that the call computes, hidden ones included.
     *
     * @throws ArithmeticException if there are more than a long counts
     */
    long donePairs() {
        return Math.multiplyExact(Math.multiplyExact(timeTiles * spatialTiles, queries), keys);
    }

    /** The same, rounded and without bounds. */
    double pairs() {
        return timeTiles * maskNumbers();
    }

    /** Keys that are copied to stand beside their queries. */
    long copiedKeys() {
        return inPlace ? 0 : Math.multiplyExact(timeTiles * spatialTiles, keys);
    }

    /** Numbers in the mask; it is shared by heads, batch and time tiles. */
    double maskNumbers() {
        return (double) spatialTiles * queries * keys;
    }
}
