// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

/**
 * The configuration of guidance, which moves predictions away from what the model says when it is given fewer
 * conditions or less of the past. Each kind costs one more call of the network for every call; a weight of 1 is no
 * guidance and costs nothing.
 *
 * <pre>
 * p = full + (history - 1) (other - masked) + (classes - 1) (full - without class)
 * </pre>
 *
 * where {@code masked} sees finished frames as noise alone. With {@code historyLevel} 1, {@code other} is {@code full},
 * which is vanilla history guidance {@code masked + history (full - masked)}; below 1 it sees finished frames at that
 * level, which is fractional history guidance (both arXiv 2502.06764) and keeps more motion.
 *
 * @param history weight of the past, up to 100; 1 for no guidance
 * @param historyLevel 1 for vanilla history guidance; above 0 and below 1, the level of the past for fractional
 *     guidance
 * @param classes weight of the class (classifier-free guidance, arXiv 2207.12598), up to 100; 1 for no guidance
 */
public record GuidanceConfig(double history, double historyLevel, double classes) {
    private static final int MOST = 100;

    public GuidanceConfig {
        requireWeight("history", history);
        requireWeight("classes", classes);
        if (!(historyLevel > 0 && historyLevel <= 1)) {
            throw new IllegalArgumentException("historyLevel must lie in (0, 1], not " + historyLevel);
        }
    }

    private static void requireWeight(String name, double weight) {
        if (!(weight >= 0 && weight <= MOST)) {
            throw new IllegalArgumentException(
                    "the weight " + name + " of guidance must lie between 0 and " + MOST + ", not " + weight);
        }
    }

    /** Returns weights that mean no guidance. */
    public static GuidanceConfig none() {
        return new GuidanceConfig(1, 1, 1);
    }
}
