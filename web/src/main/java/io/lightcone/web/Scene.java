// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A play in progress: the dream of a model and, if the world has one, the simulator beside it, both under the same
 * actions. For one thread at a time; it owns the dream and is closed with it.
 */
public final class Scene implements AutoCloseable {
    private final Dream dream;
    private final @Nullable Simulation<?, ?> simulation;
    /** The pictures to come that repeat one that was shown. */
    private int still;
    /** Whether the last pictures followed no action, since the dream stood still. */
    private boolean stood;

    /**
     * Joins a dream and a simulation that begin from the same state.
     *
     * @param simulation null if the world has none
     */
    public Scene(Dream dream, @Nullable Simulation<?, ?> simulation) {
        this.dream = dream;
        this.simulation = simulation;
    }

    /**
     * A moment to go back to.
     *
     * @param truth the state of the simulation; null without one
     * @param still how many pictures come next that repeat one that was shown
     */
    record Moment(Dream.Moment dream, Simulation.@Nullable Moment truth, int still) implements AutoCloseable {
        /** Returns about how many bytes of memory it holds; a state of a simulator is small. */
        long bytes() {
            return dream.bytes();
        }

        @Override
        public void close() {
            dream.close();
        }
    }

    /**
     * Makes the next picture of the dream, and that of the simulator. While the dream repeats a picture that was shown,
     * the simulator stands still too.
     *
     * @param action number of an action, or {@link Dream#NO_ACTION}
     * @return the dream's picture first; the simulator's second, if there is one
     */
    List<byte[]> next(int action) {
        List<byte[]> pictures = new ArrayList<>(2);
        pictures.add(dream.next(action));
        stood = still > 0;
        still = Math.max(0, still - 1);
        if (simulation != null) {
            pictures.add(
                    stood ? simulation.picture() : simulation.next(Math.max(0, applied(action)))); // as the dream does
        }
        return pictures;
    }

    /** Returns how many pictures of the dream are finished, for which an action comes too late. */
    int waiting() {
        return dream.waiting();
    }

    /** Returns the action that the last pictures really follow, given the one that {@link #next} was called with. */
    int applied(int action) {
        return stood ? Dream.NO_ACTION : dream.applied(action);
    }

    /** Returns the picture that both begin from; null without a simulator. Called before the first frame. */
    byte @Nullable [] given() {
        return simulation == null ? null : simulation.picture();
    }

    /** Puts a picture into the past of the dream; the simulator stays where it is. */
    void show(byte[] picture) {
        dream.show(picture);
        still = dream.waiting();
    }

    /** Sets the updates of each frame. */
    void setSteps(int steps) {
        dream.setSteps(steps);
    }

    /** Returns the present, to go back to later; for the caller to close. */
    Moment now() {
        return new Moment(dream.now(), simulation == null ? null : simulation.now(), still);
    }

    /** Goes back to a moment. */
    void back(Moment moment) {
        dream.back(moment.dream());
        still = moment.still();
        if (simulation != null && moment.truth() != null) {
            simulation.back(moment.truth());
        }
    }

    /** Returns the step of the checkpoint that the model is of now; -1 if there is none. */
    long checkpoint() {
        return dream.checkpoint();
    }

    /** Returns the simulation beside the dream, or null. */
    @Nullable
    Simulation<?, ?> simulation() {
        return simulation;
    }

    @Override
    public void close() {
        dream.close();
    }
}
