// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import org.bytedeco.pytorch.Tensor;

/** Moves keys in time, which is all that a {@link FrameCache} needs to know of positions to keep sinks near. */
@FunctionalInterface
public interface KeyShift {
    /** Leaves keys as they are, for keys without positions in time. */
    KeyShift NONE = (k_BKSD, frames) -> k_BKSD;

    /**
     * Returns keys as if they were of later frames.
     *
     * @param k_BKSD [B, K, S, D]
     * @return [B, K, S, D] in the caller's scope
     */
    Tensor later(Tensor k_BKSD, long frames);
}
