// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

/**
 * Says which past frames a branch with a temporal stride d looks at; a query's own frame always is among what it sees.
 * All that depends on the choice is in here: what a query sees, what a frame cache has to keep for later queries, and
 * how plans may share work.
 */
public enum KeyFrames {
    /**
     * Key frames are every d-th frame back from the query: t, t-d, t-2d, ... (dilated neighbourhood attention). Each
     * frame is a key frame of a later one, so all are kept.
     */
    DILATED("frames") {
        @Override
        int newest(int frame, int stride) {
            return frame - stride;
        }

        @Override
        int keptEvery(int stride) {
            return 1;
        }

        @Override
        long kept(long count, int stride) {
            return count * stride;
        }

        @Override
        public int within(int frames, int stride) {
            return frames / stride;
        }

        @Override
        boolean separatesResidues() {
            return true;
        }

        @Override
        int sharing(int stride) {
            return 1;
        }
    },
    /**
     * Key frames are 0, d, 2d, ... before the query's own, like the I-frames of a video codec: neighbouring frames
     * share the same keys, and only these are kept.
     */
    ANCHORED("anchors") {
        @Override
        int newest(int frame, int stride) {
            return Math.floorDiv(frame - 1, stride) * stride;
        }

        @Override
        int keptEvery(int stride) {
            return stride;
        }

        @Override
        long kept(long count, int stride) {
            return count;
        }

        @Override
        public int within(int frames, int stride) {
            return (int) ((frames + stride - 1L) / stride);
        }

        @Override
        boolean separatesResidues() {
            return false;
        }

        @Override
        int sharing(int stride) {
            return stride;
        }
    };

    private final String noun;

    KeyFrames(String noun) {
        this.noun = noun;
    }

    /**
     * Returns the newest key frame before {@code frame}; below 0 if there is none. Older ones follow, {@code stride}
     * frames apart.
     */
    abstract int newest(int frame, int stride);

    /** Returns n where a frame cache must keep every n-th finished frame, from frame 0 on. */
    abstract int keptEvery(int stride);

    /**
     * Returns how many of the kept frames a frame cache must hold for {@code count} past key frames of any later query.
     */
    abstract long kept(long count, int stride);

    /** Returns how many key frames a query has among the last {@code frames} past frames, at most. */
    public abstract int within(int frames, int stride);

    /**
     * Returns whether frames see only frames whose number leaves the same remainder by the stride, so that a clip falls
     * apart into as many shorter ones.
     */
    abstract boolean separatesResidues();

    /**
     * Returns how many neighbouring frames share their past key frames, which is a good number of frames for a tile.
     */
    abstract int sharing(int stride);

    /** Returns what they are called in a summary. */
    public String noun() {
        return noun;
    }
}
