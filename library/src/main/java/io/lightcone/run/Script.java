// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.model.Conditions;

/** What is said of a video, frame by frame; it may become known only as frames are made. */
@FunctionalInterface
public interface Script {
    /** The conditions of {@code count} frames from frame {@code first} on. */
    Conditions of(int first, int count);
}
