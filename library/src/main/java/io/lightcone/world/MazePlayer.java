// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Walks through the maze: to one random cell after the other, along corridors. Sometimes it turns around fully, looks
 * left and right, stands still for a moment or does something by chance.
 */
final class MazePlayer implements Policy<MazePose> {
    private static final double FULL_TURN = 0.012;
    private static final double REST = 0.01;
    private static final double CHANCE = 0.05;
    private static final int LONGEST_REST = 8;

    private final MazeMap map;
    private final RandomGenerator random;
    private final List<Integer> cells;
    private int[] distances;
    private int held = World.STAY;
    private int left;

    MazePlayer(MazeMap map, RandomGenerator random) {
        this.map = map;
        this.random = random;
        this.cells = map.openCells();
        this.distances = newGoal();
    }

    private int[] newGoal() {
        return map.distances(cells.get(random.nextInt(cells.size())));
    }

    @Override
    public int act(MazePose state) {
        if (left == 0) {
            double chance = random.nextDouble();
            if (chance < FULL_TURN) {
                held = random.nextBoolean() ? MazeWorld.LEFT : MazeWorld.RIGHT;
                left = MazePose.TURNS;
            } else if (chance < FULL_TURN + REST) {
                held = World.STAY;
                left = random.nextInt(1, LONGEST_REST);
            } else {
                return random.nextDouble() < CHANCE ? random.nextInt(4) : walk(state);
            }
        }
        left--;
        return held;
    }

    /** Returns what leads to the middle of the next cell on the way to the goal. */
    private int walk(MazePose pose) {
        int cell = pose.y() / MazePose.CELL * MazeMap.SIDE + pose.x() / MazePose.CELL;
        if (distances[cell] == 0) {
            distances = newGoal();
        }
        int next = cell;
        for (int near : new int[] {cell - 1, cell + 1, cell - MazeMap.SIDE, cell + MazeMap.SIDE}) {
            next = distances[near] < distances[next] ? near : next;
        }
        double angle = StrictMath.atan2(
                MazeWorld.middle(next / MazeMap.SIDE) - pose.y(), MazeWorld.middle(next % MazeMap.SIDE) - pose.x());
        int wanted = (int) Math.rint(angle / (2 * Math.PI) * MazePose.TURNS);
        int turn = Math.floorMod(wanted - pose.heading() + MazePose.TURNS / 2, MazePose.TURNS) - MazePose.TURNS / 2;
        return Math.abs(turn) <= 1 ? MazeWorld.FORWARD : turn < 0 ? MazeWorld.LEFT : MazeWorld.RIGHT;
    }
}
