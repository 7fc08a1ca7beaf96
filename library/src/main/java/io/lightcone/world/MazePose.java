// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * Where the player of the maze is and looks: the whole state, all of which is seen. Places are whole sixteenths of a
 * cell, so that there are finitely many and a way back leads to exactly the same.
 *
 * @param x sixteenths of a cell from the left
 * @param y sixteenths of a cell from the top
 * @param heading where the view points, in 24ths of a turn: 0 is to the right on the plan, 6 down
 */
public record MazePose(int x, int y, int heading) {
    /** The parts of a cell that places are counted in. */
    public static final int CELL = 16;

    /** The turns that make a revolution. */
    public static final int TURNS = 24;

    public MazePose {
        if (heading < 0 || heading >= TURNS) {
            throw new IllegalArgumentException("heading must lie between 0 and " + (TURNS - 1) + ", not " + heading);
        }
    }

    /** Returns the pose after some turns to the right; negative ones are to the left. */
    MazePose turned(int turns) {
        return new MazePose(x, y, Math.floorMod(heading + turns, TURNS));
    }

    MazePose at(int column, int row) {
        return new MazePose(column, row, heading);
    }

    /** Returns the angle between the two headings, in turns: 0 to 12. */
    int turnsTo(MazePose other) {
        int turns = Math.floorMod(heading - other.heading, TURNS);
        return Math.min(turns, TURNS - turns);
    }

    /** Returns the distance of the two places, in sixteenths of a cell. */
    double distance(MazePose other) {
        double dx = x - other.x;
        double dy = y - other.y;
        return Math.sqrt(dx * dx + dy * dy);
    }
}
