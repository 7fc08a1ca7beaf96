// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.diffusion.DenoisingPlan;

/**
 * Holds the number of frames to generate.
 *
 * @param count the number; {@link DenoisingPlan#ENDLESS} for no end
 */
record FrameCount(int count) {
    private static final String ENDLESS = "inf";

    /**
     * Parses the number of frames as the user types it.
     *
     * @throws UserException if it is no number of frames
     */
    static FrameCount of(String text) {
        if (text.strip().equalsIgnoreCase(ENDLESS)) {
            return new FrameCount(DenoisingPlan.ENDLESS);
        }
        try {
            long count = Long.parseLong(text.strip());
            Arguments.requireWithin("--frames", count, 1, DenoisingPlan.ENDLESS - 1L);
            return new FrameCount((int) count);
        } catch (NumberFormatException e) {
            throw new UserException("--frames must be a number of frames, or inf for no end, not '" + text + "'", e);
        }
    }

    boolean endless() {
        return count == DenoisingPlan.ENDLESS;
    }
}
