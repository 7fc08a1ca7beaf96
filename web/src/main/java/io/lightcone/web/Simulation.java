// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import io.lightcone.world.World;
import org.jspecify.annotations.Nullable;

/**
 * The simulator of a world, stepped frame after frame. For one thread at a time, but {@link #read} for any.
 *
 * @param <S> the state of the world
 * @param <V> what a picture shows of it
 */
public final class Simulation<S, V> {
    private final World<S, V> world;
    private S state;

    /** Begins at a state. */
    public Simulation(World<S, V> world, S start) {
        this.world = world;
        this.state = start;
    }

    /** A state that a simulation can go back to. */
    record Moment(Object state) {}

    /** Steps by an action and returns the picture, unsigned bytes in the order H, W, C. */
    byte[] next(int action) {
        state = world.step(state, action);
        return world.draw(state);
    }

    /** Returns the picture of the present state. */
    byte[] picture() {
        return world.draw(state);
    }

    Moment now() {
        return new Moment(state);
    }

    /** Goes back to a moment of this simulation. */
    @SuppressWarnings("unchecked") // moments come from now(), which nobody else calls
    void back(Moment moment) {
        state = (S) moment.state();
    }

    /** Returns in a few words what the present state shows. */
    String words() {
        return world.words(world.visible(state));
    }

    /** Returns in a few words what the reader of the world sees in a picture; null if it shows no state. */
    @Nullable
    String read(byte[] picture) {
        return world.read(picture).map(world::words).orElse(null);
    }
}
