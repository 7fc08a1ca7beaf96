// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Flies over the island: to one random landmark after the other, and sometimes the last stretch of the way back, just
 * as it came. Now and then it rests, or drifts to a side by chance.
 */
final class IslandPlayer implements Policy<IslandPlace> {
    private static final double TURN_BACK = 0.02;
    private static final double REST = 0.01;
    private static final double CHANCE = 0.04;
    private static final int LONGEST_REST = 8;
    private static final int SHORTEST_WAY_BACK = 5;
    private static final int LONGEST_WAY_BACK = 40;

    private final List<IslandPlace> landmarks;
    private final RandomGenerator random;
    /** What was done last, newest first. */
    private final Deque<Integer> path = new ArrayDeque<>();

    private final Deque<Integer> planned = new ArrayDeque<>();
    private IslandPlace goal;
    private boolean columnsFirst;

    IslandPlayer(IslandMap map, RandomGenerator random) {
        this.landmarks = map.landmarks();
        this.random = random;
        this.goal = landmarks.get(random.nextInt(landmarks.size()));
        this.columnsFirst = random.nextBoolean();
    }

    @Override
    public int act(IslandPlace state) {
        if (planned.isEmpty()) {
            double chance = random.nextDouble();
            if (chance < TURN_BACK) {
                planBack();
            } else if (chance < TURN_BACK + REST) {
                for (int i = random.nextInt(1, LONGEST_REST); i > 0; i--) {
                    planned.add(World.STAY);
                }
            } else {
                planned.add(random.nextDouble() < CHANCE ? random.nextInt(5) : fly(state));
            }
        }
        Integer next = planned.poll();
        int action = next == null ? World.STAY : next;
        path.push(action);
        if (path.size() > LONGEST_WAY_BACK) {
            path.removeLast();
        }
        return action;
    }

    private void planBack() {
        int steps = random.nextInt(SHORTEST_WAY_BACK, LONGEST_WAY_BACK + 1);
        for (int action : path) {
            if (planned.size() < steps) {
                planned.add(IslandWorld.back(action));
            }
        }
    }

    /** Returns what leads towards the goal, along columns or along rows first; at the goal, chooses the next. */
    private int fly(IslandPlace place) {
        int x = steps(goal.x() - place.x());
        int y = steps(goal.y() - place.y());
        boolean stuck = isAtSide(place.x(), x) && isAtSide(place.y(), y);
        if (stuck) {
            goal = landmarks.get(random.nextInt(landmarks.size()));
            columnsFirst = random.nextBoolean();
            return World.STAY;
        }
        boolean columns = !isAtSide(place.x(), x) && (columnsFirst || isAtSide(place.y(), y));
        return columns ? (x < 0 ? 1 : 2) : y < 0 ? 3 : 4;
    }

    private static int steps(int pixels) {
        return pixels / IslandWorld.STEP;
    }

    /** Returns whether there is nothing to go that way: one is there, or the side of the map is. */
    private static boolean isAtSide(int place, int steps) {
        return steps == 0 || (steps < 0 && place <= IslandWorld.LEAST) || (steps > 0 && place >= IslandWorld.MOST);
    }
}
