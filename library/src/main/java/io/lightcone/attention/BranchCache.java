// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import io.lightcone.tensor.Snapshot;
import org.bytedeco.pytorch.Tensor;

/**
 * Remembers what one branch of one layer needs of finished frames, so that the next ones can be computed alone;
 * {@link FrameCache} is the one for windows of keys and values. Frames in work may be shown any number of times, and
 * {@link #commit} finishes those shown last.
 *
 * <p>Shapes: B batch, K heads, N tokens of the frames in work, D channels of a head.
 */
public interface BranchCache extends AutoCloseable {
    /** Returns how many frames are finished; the next one to show has this number. */
    int finished();

    /**
     * Attends from the frames that follow the finished ones, and remembers their keys and values until it is called
     * again.
     *
     * @param q_BKND queries of the frames in work; all three have their tokens one frame after the other
     * @return [B, K, N, D] in the caller's scope
     * @throws IllegalArgumentException if there are more frames than the cache was created for, or frames of another
     *     size
     */
    Tensor attend(Tensor q_BKND, Tensor k_BKND, Tensor v_BKND);

    /** Finishes the frames shown last, so that later ones see them. */
    void commit();

    /** Forgets all frames, so that the next one is the first again. */
    void clear();

    /** Saves what is remembered of finished frames. */
    void save(Snapshot to);

    /**
     * Restores what a cache like this one has saved.
     *
     * @throws IllegalArgumentException if it was of another kind
     */
    void load(Snapshot from);

    /** Returns the bytes of what is remembered. */
    long bytes();

    /**
     * Returns how many frames the tokens of queries are.
     *
     * @param frame one frame of the branch's own grid
     * @param most the greatest number of frames that are in work at once
     * @throws IllegalArgumentException if there are more, or they are not whole
     */
    static int framesOf(Tensor q_BKND, Grid frame, int most) {
        int tokens = frame.tokensPerFrame();
        if (q_BKND.size(2) % tokens != 0 || q_BKND.size(2) / tokens > most) {
            throw new IllegalArgumentException("the cache was made for at most " + most + " frames of " + tokens
                    + " tokens, not for " + q_BKND.size(2) + " tokens");
        }
        return Math.toIntExact(q_BKND.size(2) / tokens);
    }

    /** Frees what is remembered. */
    @Override
    void close();
}
