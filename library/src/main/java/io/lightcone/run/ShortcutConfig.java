// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of how a model that is told how far its updates go ({@code model.shortcut}) learns long ones:
 * from what the moving average of its weights makes of their two halves (shortcut models, arXiv 2410.12557; shortcut
 * forcing, arXiv 2509.24527); other models ignore it.
 *
 * @param share share of the clips of all steps that teach long updates, above 0 and at most 1; the rest is ordinary
 *     training. Each of them costs two more passes of the network, without gradients
 * @param after share of the run, by steps or by the clock, that is over before the first of them, from 0 to below 1
 */
public record ShortcutConfig(double share, double after) {
    public ShortcutConfig {
        require(share > 0 && share <= 1, "share must lie above 0 and at most at 1, not " + share);
        require(after >= 0 && after < 1, "after must lie in [0, 1), not " + after);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the published configuration: a quarter of the clips, from the start. */
    public static ShortcutConfig published() {
        return new ShortcutConfig(0.25, 0);
    }

    /**
     * Returns whether a clip teaches long updates: every so many one does, so that each worker has about as many.
     *
     * @param number number of the clip, or of the draw of it, in the whole run, from 0
     */
    public boolean taught(long number) {
        return Math.floor((number + 1) * share) > Math.floor(number * share);
    }
}
