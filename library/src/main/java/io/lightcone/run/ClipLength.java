// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The configuration of one length that training clips have in a share of the steps.
 *
 * @param frames frames of a clip, from 1 to 10,000
 * @param share in which share of the steps clips have this length, above 0, in proportion to the shares of the other
 *     lengths: 3 and 1 are the same as 0.75 and 0.25
 */
public record ClipLength(int frames, double share) {
    private static final int MOST_LENGTHS = 1_000;

    public ClipLength {
        if (frames < 1 || frames > LoopChecks.MOST_FRAMES) {
            throw new IllegalArgumentException(
                    "frames must lie between 1 and " + LoopChecks.MOST_FRAMES + ", not " + frames);
        }
        if (!(share > 0 && share <= Float.MAX_VALUE)) {
            throw new IllegalArgumentException("share must be above 0, not " + share);
        }
    }

    /** Requires that there are not too many lengths, and none of them twice. */
    static void check(List<ClipLength> lengths) {
        if (lengths.size() > MOST_LENGTHS) {
            throw new IllegalArgumentException("lengths may be at most " + MOST_LENGTHS + ", not " + lengths.size());
        }
        Set<Integer> seen = new HashSet<>();
        for (ClipLength length : lengths) {
            if (!seen.add(length.frames)) {
                throw new IllegalArgumentException(
                        "lengths must differ, but " + length.frames + " frames are there twice");
            }
        }
    }

    /** Returns the frames of one of {@code lengths}, of which there is at least one, each drawn as its share says. */
    static int draw(List<ClipLength> lengths, SplittableRandom random) {
        double sum = lengths.stream().mapToDouble(ClipLength::share).sum();
        double left = sum * random.nextDouble();
        for (ClipLength length : lengths) {
            left -= length.share;
            if (left < 0) {
                return length.frames;
            }
        }
        return lengths.get(lengths.size() - 1).frames; // rounding left a little of the sum
    }
}
