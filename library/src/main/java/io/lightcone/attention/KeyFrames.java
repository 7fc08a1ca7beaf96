// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/** Names which past frames a branch with a temporal stride d looks at. The query's own frame is always among them. */
public enum KeyFrames {
    /** Key frames are every d-th frame back from the query: t, t-d, t-2d, ... (dilated neighbourhood attention). */
    DILATED,
    /**
     * Key frames are 0, d, 2d, ... and the query's own, like the I-frames of a video codec: all frames share the same
     * keys.
     */
    ANCHORED
}
