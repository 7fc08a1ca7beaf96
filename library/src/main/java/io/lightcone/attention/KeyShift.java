// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import org.bytedeco.pytorch.Tensor;

/**
 * Moves keys in time: what a {@link FrameCache} needs to know of positions to keep sinks near. The cache itself takes keys as
 * they come.
 */
@FunctionalInterface
public interface KeyShift {
    /** Keys that know no time. */
    KeyShift NONE = (k_BKSD, frames) -> k_BKSD;

    /**
     * Keys as if they were of later frames.
     *
     * @param k_BKSD [B, K, S, D]
     * @return [B, K, S, D] in the caller's scope
     */
    Tensor later(Tensor k_BKSD, long frames);
}
