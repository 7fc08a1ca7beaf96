// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import io.lightcone.RecordCopy;
import io.lightcone.attention.Branch;
import io.lightcone.attention.KeyFrames;
import io.lightcone.attention.LightCone;

/**
 * Configures one branch for all layers: it is a {@link Branch} whose down factor grows with depth, from {@code down} in
 * the first layers to {@code maxDown} in the last, doubling at even distances.
 *
 * @param heads heads of this branch, at least 1
 * @param down down factor of the first layer, at least 1: each token of the branch is the mean of a square of tokens of
 *     the frame that is so many tokens high and wide
 * @param maxDown down factor of the last layer: {@code down} times a power of two
 * @param window rows and columns that a query sees in its own frame, in tokens of the branch's own grid; 0 for all
 * @param spatialStride how many queries along rows and columns share one window; 1 slides by single tokens,
 *     {@code window} cuts the frame into blocks
 * @param frames how many key frames a query sees, its own frame included; 0 for all
 * @param sinks how many first frames of a clip are seen besides, however long ago they were
 * @param stride distance between key frames, in frames, at least 1
 * @param keyFrames where the key frames lie
 * @param cone how the window widens with frame distance
 */
public record BranchConfig(
        int heads,
        int down,
        int maxDown,
        int window,
        int spatialStride,
        int frames,
        int sinks,
        int stride,
        KeyFrames keyFrames,
        LightCone cone) {
    public BranchConfig {
        new Branch(heads, down, window, spatialStride, frames, sinks, stride, keyFrames, cone);
        if (maxDown < down || maxDown % down != 0 || Integer.bitCount(maxDown / down) != 1) {
            throw new IllegalArgumentException(
                    "maxDown must be down times a power of two, not " + maxDown + " with down " + down);
        }
    }

    /** Returns a branch that sees all past frames whole: ordinary frame-causal attention. */
    public static BranchConfig dense(int heads) {
        return new BranchConfig(heads, 1, 1, Branch.ALL, 1, Branch.ALL, 0, 1, KeyFrames.DILATED, LightCone.NONE);
    }

    /** Returns MSC's high-resolution branch: a sliding window over the last {@code frames} frames. */
    public static BranchConfig high(int heads, int window, int frames) {
        return new BranchConfig(heads, 1, 1, window, 1, frames, 0, 1, KeyFrames.DILATED, LightCone.NONE);
    }

    /** Returns MSC's low-resolution branch: means of tokens, the whole frame, every {@code stride}-th frame back. */
    public static BranchConfig low(int heads, int down, int maxDown, int stride) {
        return new BranchConfig(
                heads, down, maxDown, Branch.ALL, 1, Branch.ALL, 0, stride, KeyFrames.DILATED, LightCone.NONE);
    }

    /**
     * Returns this branch with at most {@code frames} key frames, 0 for all, and {@code sinks} first frames that are
     * always seen.
     */
    public BranchConfig limitedTo(int frames, int sinks) {
        return RecordCopy.of(this)
                .with(BranchConfig::frames, frames)
                .with(BranchConfig::sinks, sinks)
                .build();
    }

    /**
     * Returns this branch as it sees a video through a window, as all that is generated is seen. A branch without a
     * limit gets one: the key frames among the last frames of the window, and the sinks, which together with these fill
     * the window. There are so many anchored key frames that a clip as long as the window sees what it saw without a
     * limit; where the query's own frame is an anchor itself, the first of them is up to {@code stride - 1} frames
     * farther back than the window.
     */
    public BranchConfig within(ContextWindow window) {
        if (frames != Branch.ALL || window.frames() == 0) {
            return this;
        }
        return limitedTo(window.keyFrames(keyFrames, stride), Math.max(sinks, window.sinks()));
    }

    /** Returns this branch over the last {@code count} frames, every one of them. */
    BranchConfig overLast(int count) {
        return RecordCopy.of(limitedTo(count, 0))
                .with(BranchConfig::stride, 1)
                .with(BranchConfig::keyFrames, KeyFrames.DILATED)
                .build();
    }

    /** Returns this branch with key frames that lie elsewhere. */
    public BranchConfig withKeyFrames(KeyFrames where) {
        return RecordCopy.of(this).with(BranchConfig::keyFrames, where).build();
    }

    /** Returns this branch in a few words, such as "2 heads, 5x5 window, 4 frames". */
    public String summary() {
        String means = maxDown == 1
                ? ""
                : ", means of " + down + "x" + down + (maxDown == down ? "" : " to " + maxDown + "x" + maxDown);
        String where = window == Branch.ALL ? ", whole frame" : ", " + window + "x" + window + " window";
        String when = frames == Branch.ALL ? ", all frames" : frames == 1 ? ", own frame" : ", " + frames + " frames";
        String spacing = stride == 1 ? "" : ", " + keyFrames.noun() + " " + stride + " apart";
        String widening = cone.tokens() == 0 ? "" : ", cone " + cone.tokens() + "/" + cone.frames();
        String sharing = spatialStride == 1 ? "" : ", " + spatialStride + "x" + spatialStride + " share a window";
        String first = sinks == 0 ? "" : ", and the first " + sinks;
        return heads + " heads" + means + where + sharing + when + first + spacing + widening;
    }

    /**
     * Returns this branch in layer {@code layer} of {@code depth}, if that sees past frames. With K sizes between down
     * and maxDown, the factor is {@code down * 2^floor(layer * K / depth)}, but a frame keeps at least two cells along
     * its shorter side where it has two tokens there.
     */
    public Branch at(int layer, int depth, int height, int width) {
        int sizes = 1 + Integer.numberOfTrailingZeros(maxDown / down);
        int factor = down << (layer * sizes / depth);
        int shorter = Math.min(height, width);
        while (factor > 1 && shorter <= factor) {
            factor = Math.max(1, factor / 2);
        }
        return new Branch(heads, factor, window, spatialStride, frames, sinks, stride, keyFrames, cone);
    }
}
