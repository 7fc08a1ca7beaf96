// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of a played game: consecutive states and what led to each.
 *
 * @param states the states, one for each frame
 * @param actions for each state the action that led to it
 */
public record Play<S>(List<S> states, List<Integer> actions) {
    public Play {
        states = List.copyOf(states);
        actions = List.copyOf(actions);
        if (states.size() != actions.size()) {
            throw new IllegalArgumentException(actions.size() + " actions cannot lead to " + states.size() + " states");
        }
    }

    /**
     * Plays a world on from a state.
     *
     * @param skipped steps at the beginning that are left out
     * @param frames steps that are returned after those
     */
    public static <S> Play<S> of(World<S, ?> world, S start, Policy<S> policy, int skipped, int frames) {
        List<S> states = new ArrayList<>(frames);
        List<Integer> actions = new ArrayList<>(frames);
        S state = start;
        for (int step = 0; step < skipped + frames; step++) {
            int action = policy.act(state);
            state = world.step(state, action);
            if (step >= skipped) {
                states.add(state);
                actions.add(action);
            }
        }
        return new Play<>(states, actions);
    }

    /** Returns the pictures of all states, packed in the order T, H, W, C. */
    public <V> byte[] pictures(World<S, V> world) {
        int size = World.SIZE * World.SIZE * World.CHANNELS;
        byte[] pixels = new byte[Math.multiplyExact(states.size(), size)];
        for (int i = 0; i < states.size(); i++) {
            System.arraycopy(world.draw(states.get(i)), 0, pixels, i * size, size);
        }
        return pixels;
    }
}
