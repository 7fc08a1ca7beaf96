// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A simulator of a world with a known state, and a reader that finds what can be seen of the state in a picture.
 * Everything is a pure function of its arguments: whatever is random in a world is part of its state. All methods are
 * safe for several threads.
 *
 * <pre>{@code
 * World<PongState, PongView> pong = new PongWorld();
 * PongState state = pong.step(pong.reset(1), pong.actions().indexOf("up"));
 * byte[] picture = pong.draw(state);
 * Optional<PongView> seen = pong.read(picture); // within half a pixel of pong.visible(state)
 * }</pre>
 *
 * @param <S> the state, an immutable record
 * @param <V> what a picture shows of the state, an immutable record: nothing of velocities, timers and random numbers
 */
public interface World<S, V> {
    /** The rows and columns of a picture, in pixels. */
    int SIZE = 64;

    /** The bytes of a pixel: red, green and blue. */
    int CHANNELS = 3;

    /** The pictures per second at which a world is played. */
    double FRAMES_PER_SECOND = 20;

    /** The number of the action that does nothing, which every world has. */
    int STAY = 0;

    /** Returns the name of the world in commands and configurations, such as {@code pong}. */
    String name();

    /** Returns the names of the actions, which their numbers index; the first is to stay. */
    List<String> actions();

    /** Returns a random state to begin from, the same for the same seed. */
    S reset(long seed);

    /**
     * Returns the state after one frame, in which the player does {@code action}.
     *
     * @throws IndexOutOfBoundsException if there is no such action
     */
    S step(S state, int action);

    /** Returns what a picture of a state shows. */
    V visible(S state);

    /** Returns the picture of what can be seen, as unsigned bytes in the order H, W, C; it takes far below 1 ms. */
    byte[] picture(V view);

    /** Returns in a few words what a picture shows, for a person who plays. */
    String words(V view);

    /** Returns the picture of a state; see {@link #picture}. */
    default byte[] draw(S state) {
        return picture(visible(state));
    }

    /**
     * Returns what a picture shows, or nothing if it is no picture of a state: blurred, half erased, or two states at
     * once. Slight damage is forgiven. It takes a few milliseconds once the first
     * call has prepared an index.
     *
     * @param image unsigned bytes in the order H, W, C
     * @throws IllegalArgumentException if these are not the bytes of one picture
     */
    Optional<V> read(byte[] image);

    /** Returns a new player that plays as a person would, now and then carelessly; it remembers what it is up to. */
    Policy<S> scripted(RandomGenerator random);

    /** Returns the names of the rules that {@link #broken} checks. */
    List<String> rules();

    /**
     * Returns the rules that the last of some consecutive views breaks. Positions may be wrong by what the reader
     * allows, so a rule is broken only where they differ by more.
     *
     * @param recent two or three views, in their order; some rules need three
     * @param action what led to the last of them
     */
    List<String> broken(List<V> recent, int action);

    /**
     * Returns the rules that must have been broken between two views, whatever the frames between them showed; none
     * where a world has no such rule, or {@code steps} are too many to tell. As in {@link #broken}, positions may be
     * wrong by what the reader allows.
     *
     * @param steps the steps that lead from the one to the other, 2 or more
     */
    default List<String> brokenAcross(V before, int steps, V after) {
        return List.of();
    }

    /** Returns whether what the player controls did what {@code action}, which led from one view to the next, says. */
    Obedience obedience(V before, int action, V after);

    /**
     * Returns by how much two views differ, by the name of each measure with its unit, such as {@code ball (pixels)};
     * all are 0 or more, and 0 for equal views.
     */
    Map<String, Double> differences(V one, V other);

    /**
     * Returns actions that lead from a state out of sight of what it shows and back to the same picture; none if the
     * world has no way back.
     *
     * @param away the steps that the player goes away before it comes back in as many, as far as there is room; where
     *     the way is one full turn, it does not matter
     */
    List<Integer> roundTrip(S state, int away);

    /** Answers whether an action was followed. */
    enum Obedience {
        /** It was followed. */
        FOLLOWED,
        /** It was not. */
        IGNORED,
        /** It cannot be told: where a wall is in the way, following is the same as ignoring. */
        UNKNOWN
    }
}
