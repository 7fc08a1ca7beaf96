// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.model.Conditions;

/** A source of the conditions of a video, frame by frame; they may become known only as frames are generated. */
@FunctionalInterface
public interface ConditionSource {
    /** Returns the conditions of {@code count} frames from frame {@code first} on. */
    Conditions of(int first, int count);
}
