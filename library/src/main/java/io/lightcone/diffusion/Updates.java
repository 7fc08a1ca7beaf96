// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The updates that a training step asks for, one for each frame of each clip: from which level, and by how many levels
 * down. All but those of {@link Shortcut} go nowhere: what is learned of them is the velocity at their level.
 *
 * @param levels the level of each frame
 * @param steps by how many levels the update lowers it, a power of two, or 0 for the velocity alone
 */
public record Updates(Levels levels, Levels steps) {
    /** Returns updates that ask for the velocity at {@code levels} alone. */
    public static Updates none(Levels levels) {
        return new Updates(levels, levels.scaled(0));
    }

    /** Returns which of the clips have frames whose update goes anywhere. */
    public int[] moving() {
        return IntStream.range(0, steps.clips())
                .filter(clip -> Arrays.stream(steps.ofClip(clip)).anyMatch(step -> step > 0))
                .toArray();
    }

    /** Returns the updates of some of the clips, at least one, in this order. */
    public Updates clips(int... numbers) {
        return new Updates(levels.clips(numbers), steps.clips(numbers));
    }
}
