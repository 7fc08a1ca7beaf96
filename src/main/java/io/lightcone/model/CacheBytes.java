// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.attention.CacheCost;
import org.jspecify.annotations.Nullable;

/**
 * Memory for the keys and values of finished frames when frames are made one after another, in bytes, of one video.
 *
 * @param frame keys and values of one frame
 * @param growth what a further finished frame adds on average, once the sinks are there and until the cap
 * @param held what is held after as many finished frames as the clip has
 * @param cap the most that is ever held; null where a branch looks back without end, so that memory has no bound
 */
public record CacheBytes(
        long frame, double growth, long held, @Nullable Long cap) {
    static final CacheBytes NONE = new CacheBytes(0, 0, 0, 0L);

    /** Keys and values are float32, the type of attention. */
    static CacheBytes of(CacheCost cost, int frames) {
        long frame = ModelCost.FLOAT32 * cost.numbersPerFrame();
        boolean bounded = cost.limit() != CacheCost.UNLIMITED;
        return new CacheBytes(
                frame,
                cost.limit() == 0 ? 0 : (double) frame / cost.spacing(),
                ModelCost.FLOAT32 * cost.numbersAfter(frames),
                bounded ? (Long) Math.multiplyExact(frame, Math.addExact(cost.limit(), cost.sinks())) : null);
    }

    CacheBytes plus(CacheBytes other) {
        Long both = cap == null || other.cap == null ? null : (Long) Math.addExact(cap, other.cap);
        return new CacheBytes(frame + other.frame, growth + other.growth, held + other.held, both);
    }
}
