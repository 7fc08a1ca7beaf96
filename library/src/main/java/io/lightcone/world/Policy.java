// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * A player of a world: chooses the action of each frame. It may remember what it did, so each game has its own.
 *
 * @param <S> the state of the world
 */
@FunctionalInterface
public interface Policy<S> {
    /** Returns the number of the action that leads on from {@code state}. */
    int act(S state);
}
