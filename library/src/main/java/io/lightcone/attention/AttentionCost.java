// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Counts the exact cost of one branch over one clip from its definition. With N tokens in the branch's own grid, a
 * channels in its heads and c channels at its input:
 *
 * <pre>
 * projections   N (3 c a + a^2)       queries, keys and values from c channels, one projection of the outcome
 * attention     2 P a                 for P pairs (query, key): once for the scores, once for the sum of values
 * </pre>
 *
 * All counts are multiply-adds (two floating-point operations each) of a clip alone in its batch. They throw
 * {@link ArithmeticException} beyond the range of a long.
 *
 * @param tokens N: tokens of the clip in the branch's own grid
 * @param inputs c: channels that the branch reads
 * @param channels a: channels of all its heads together
 * @param usefulPairs pairs of the definition
 * @param donePairs pairs that are computed, masked ones included
 * @param gatheredKeys keys that are copied out before they are used
 * @param keptTokens tokens of which a number a channel is kept for the backward pass, projections apart
 * @param keptPairs pairs whose weight is kept too, per head, if attention is bfloat16 on a CPU
 */
public record AttentionCost(
        long tokens,
        long inputs,
        long channels,
        long usefulPairs,
        long donePairs,
        long gatheredKeys,
        long keptTokens,
        long keptPairs) {
    /**
     * Returns the cost of {@code branch} over a clip.
     *
     * @param grid all tokens of the clip, before averaging
     * @param inputs channels that the branch reads
     * @param headWidth channels of a head
     */
    public static AttentionCost of(Branch branch, Grid grid, int inputs, int headWidth) {
        Grid cells = grid.pooled(branch.down());
        PlanCost plan = PlanCost.of(branch, cells);
        return new AttentionCost(
                (long) cells.frames() * cells.tokensPerFrame(),
                inputs,
                (long) branch.heads() * headWidth,
                new Neighbourhood(branch, cells).pairs(),
                plan.donePairs(),
                plan.copiedKeys(),
                plan.keptTokens(),
                plan.keptPairs());
    }

    /** Returns the multiply-adds of the projections to queries, keys and values, and of that of the outcome. */
    long projections() {
        long in = Math.multiplyExact(Math.multiplyExact(3, inputs), channels);
        return Math.multiplyExact(tokens, Math.addExact(in, Math.multiplyExact(channels, channels)));
    }

    /** Returns the multiply-adds of scores and weighted sums that the definition asks for. */
    public long useful() {
        return Math.multiplyExact(usefulPairs, Math.multiplyExact(2, channels));
    }

    /** Returns the multiply-adds of scores and weighted sums that are computed, those of masked pairs included. */
    public long done() {
        return Math.multiplyExact(donePairs, Math.multiplyExact(2, channels));
    }

    /**
     * Returns how many numbers attention reads and writes at least: queries, keys, values and outcome once each, and
     * gathered keys and values once written and once read.
     */
    public long numbersMoved() {
        return Math.multiplyExact(Math.addExact(tokens, gatheredKeys), Math.multiplyExact(4, channels));
    }
}
