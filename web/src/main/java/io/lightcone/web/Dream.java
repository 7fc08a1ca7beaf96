// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.UserException;

/**
 * Pictures that a model makes one after the other, for one thread at a time. Pictures are unsigned bytes in the order
 * H, W, C.
 */
public interface Dream extends AutoCloseable {
    /** The number of an action that nobody has chosen. */
    int NO_ACTION = -1;

    /** What a dream can go back to; closing it frees what it holds. */
    interface Moment extends AutoCloseable {
        /** Returns about how many bytes of memory it holds. */
        long bytes();

        @Override
        void close();
    }

    /**
     * Makes the next picture.
     *
     * @param action number of the action that it follows, or {@link #NO_ACTION}: then the last one holds on
     * @throws UserException if there is none any more
     */
    byte[] next(int action);

    /**
     * Returns how many pictures are finished that {@link #next} returns at once, whatever action it is called with, as
     * where a model makes several together.
     */
    default int waiting() {
        return 0;
    }

    /**
     * Returns the action that the last picture really follows: if it was {@link #waiting}, that of the picture with
     * which it was made.
     *
     * @param action that {@link #next} was called with
     * @return its number, or {@link #NO_ACTION} if nobody knows
     */
    default int applied(int action) {
        return action;
    }

    /** Puts a picture into the past, as if it had been dreamed, so that what comes next goes on from there. */
    void show(byte[] picture);

    /** Returns the present, to go back to later; for the caller to close. */
    Moment now();

    /** Goes back to a moment of this dream, which stays open. */
    void back(Moment moment);

    /**
     * Sets the updates of each frame from the next one on.
     *
     * @throws UserException if the model cannot do with so many
     */
    void setSteps(int steps);

    /** Returns the step of the checkpoint that the model is of; -1 if there is none. */
    long checkpoint();

    @Override
    void close();
}
