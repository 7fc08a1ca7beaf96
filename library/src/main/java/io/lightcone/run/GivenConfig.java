// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of whether training clips begin with given frames, as continuations do: frames without noise, which
 * carry no loss. Nothing before it predicts the first frame of a clip, so its error is many times that of the others
 * and most of the loss; a model that is to continue videos need not learn it in every clip. Frames
 * after the given ones draw their levels as ever ({@code training.levels}).
 *
 * @param frames frames at the start of a clip that are given, from 0, for none, to 10,000; fewer than the shortest clip
 *     has
 * @param share probability that they are given in a clip, or in each draw of one, above 0 and at most 1; in the others
 *     they are learned like all frames. With 1 the model never learns to begin a video
 */
public record GivenConfig(int frames, double share) {
    private static final int MOST_FRAMES = 10_000;
    private static final double USUAL_SHARE = 0.9;

    public GivenConfig {
        if (frames < 0 || frames > MOST_FRAMES) {
            throw new IllegalArgumentException("frames must lie between 0 and " + MOST_FRAMES + ", not " + frames);
        }
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must lie above 0 and at most at 1, not " + share);
        }
    }

    /** Returns this configuration with another number of given frames. */
    GivenConfig with(int count) {
        return new GivenConfig(count, share);
    }

    /** Returns the configuration in which all frames of all clips are learned. */
    public static GivenConfig none() {
        return new GivenConfig(0, USUAL_SHARE);
    }
}
