// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Gives all random numbers of a run, from one seed. Each use draws from its own stream, named by purpose, step and
 * item: the number of a clip or a draw in the whole batch. So a resumed run draws the same numbers as the run it
 * repeats, and so do workers that share a batch, however they divide it.
 *
 * @param seed the seed of the run
 */
public record RandomStreams(long seed) {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /**
     * Returns the stream of random tensors of (purpose, step, item); its native memory belongs to the caller's scope.
     */
    public RandomStream tensors(String purpose, long step, int item) {
        return new RandomStream(seedOf(purpose, step, item));
    }

    /**
     * Returns the streams of (purpose, step, item) for each of {@code items}, to draw batches from; they belong to the
     * caller's scope.
     */
    public RandomBatch batch(String purpose, long step, int... items) {
        return new RandomBatch(IntStream.of(items)
                .mapToObj(item -> tensors(purpose, step, item))
                .toList());
    }

    /** Returns the stream of plain numbers of (purpose, step, item). */
    public SplittableRandom numbers(String purpose, long step, int item) {
        return new SplittableRandom(seedOf(purpose, step, item));
    }

    /** Returns a seed that depends on every bit of the run's seed, the purpose, the step and the item. */
    long seedOf(String purpose, long step, int item) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * FNV_PRIME;
        }
        return mix(mix(mix(hash ^ mix(seed)) + step) + item);
    }

    /** Mixes every bit into every other, a bijection: the finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
