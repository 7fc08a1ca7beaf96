// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.CacheCost;
import org.jspecify.annotations.Nullable;

/**
 * Counts the memory for the keys and values of finished frames when one video is generated frame by frame, in bytes.
 *
 * @param frame keys and values of one frame, as far as they are remembered at all
 * @param growth what a further finished frame adds on average, once the sinks are there and until the cap
 * @param held what is held after as many finished frames as the clip has
 * @param cap the greatest amount that is ever held; null where a branch looks back without end, so that memory has no
 *     bound, or so far that a long does not count the bytes
 */
public record CacheBytes(
        long frame, double growth, long held, @Nullable Long cap) {
    static final CacheBytes NONE = new CacheBytes(0, 0, 0, 0L);

    /** Returns the bytes of a branch's keys and values, which are float32, the type of attention. */
    static CacheBytes of(CacheCost cost, int frames) {
        boolean forgets = cost.limit() == 0 && cost.sinks() == 0;
        long frame = forgets ? 0 : ModelCost.FLOAT32 * cost.numbersPerFrame();
        return new CacheBytes(
                frame,
                cost.limit() == 0 ? 0 : (double) frame / cost.spacing(),
                ModelCost.FLOAT32 * cost.numbersAfter(frames),
                cap(cost, frame));
    }

    private static @Nullable Long cap(CacheCost cost, long frame) {
        long most = Long.MAX_VALUE / Math.max(1, frame) - cost.sinks();
        return cost.limit() > most ? null : (Long) (frame * (cost.limit() + cost.sinks()));
    }

    CacheBytes plus(CacheBytes other) {
        return new CacheBytes(
                frame + other.frame, growth + other.growth, Math.addExact(held, other.held), sum(cap, other.cap));
    }

    private static @Nullable Long sum(@Nullable Long a, @Nullable Long b) {
        return a == null || b == null || a > Long.MAX_VALUE - b ? null : (Long) (a + b);
    }
}
