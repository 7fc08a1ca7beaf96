// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.List;

/** The worlds there are, by their names. */
public final class Worlds {
    /** The number of the maze and of the island that are played unless another one is asked for. */
    public static final long LAYOUT = 1;

    private static final List<String> NAMES = List.of(PongWorld.NAME, MazeWorld.NAME, IslandWorld.NAME);

    private Worlds() {}

    /** Returns the names of all worlds. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * Returns the world of that name.
     *
     * @param layout number of the maze or the island, each another one; pong has only one field
     * @throws IllegalArgumentException if there is no such world
     */
    public static World<?, ?> named(String name, long layout) {
        return switch (name) {
            case PongWorld.NAME -> new PongWorld();
            case MazeWorld.NAME -> new MazeWorld(layout);
            case IslandWorld.NAME -> new IslandWorld(layout);
            default ->
                throw new IllegalArgumentException(
                        "there is no world named '" + name + "'; there are " + String.join(", ", NAMES));
        };
    }
}
