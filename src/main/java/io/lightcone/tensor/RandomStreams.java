// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.util.SplittableRandom;

/**
 * All randomness of a run, from one seed. Each use draws from its own stream, named by purpose, step and rank, so that a
 * resumed, re-ordered or parallel run draws the same numbers as the run it repeats.
 *
 * @param seed the seed of the run
 */
public record RandomStreams(long seed) {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** The stream of tensors of (purpose, step, rank); its native memory belongs to the caller's scope. */
    public RandomStream tensors(String purpose, long step, int rank) {
        return new RandomStream(seedOf(purpose, step, rank));
    }

    /** The stream of plain numbers of (purpose, step, rank). */
    public SplittableRandom numbers(String purpose, long step, int rank) {
        return new SplittableRandom(seedOf(purpose, step, rank));
    }

    /** A seed that depends on every bit of its parts. */
    public long seedOf(String purpose, long step, int rank) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * FNV_PRIME;
        }
        return mix(mix(mix(hash ^ mix(seed)) + step) + rank);
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014), a bijection that mixes every bit into every other. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
