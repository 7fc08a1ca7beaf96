// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Moves digits by actions. The action of a frame is the move from the frame before it: every digit goes {@code speed}
 * pixels that way, or as far as the side of the frame lets it. Nothing moves into the first frame, so its action is to
 * stay.
 */
final class Steering {
    /** The names of the actions; an action's number is its index here. */
    static final List<String> ACTIONS = List.of("stay", "left", "right", "up", "down");

    static final int STAY = 0;

    /** The columns and rows that each action moves by, in units of the speed. */
    private static final int[][] MOVES = {{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}};

    private static final int LONGEST_HOLD = 6;
    /** The weight of staying in a random choice, beside 1 for each direction that is open. */
    private static final double STAY_WEIGHT = 0.5;

    private Steering() {}

    /** A position: the upper left corner of a digit's ink, and how far right and down it can be. */
    record Position(double x, double y, double roomX, double roomY) {
        /** Returns a random position in the frame. */
        static Position random(RandomGenerator random, double roomX, double roomY) {
            double x = random.nextDouble();
            double y = random.nextDouble();
            double width = Math.max(roomX, 0);
            double height = Math.max(roomY, 0);
            return new Position(x * width, y * height, width, height);
        }

        Position after(int action, double speed) {
            int[] move = MOVES[action];
            return new Position(
                    Math.min(Math.max(x + move[0] * speed, 0), roomX),
                    Math.min(Math.max(y + move[1] * speed, 0), roomY),
                    roomX,
                    roomY);
        }

        /** Returns whether there is room for at least half of the move. */
        boolean canFollow(int action, double speed) {
            Position there = after(action, speed);
            return speed > 0 && Math.abs(there.x - x) + Math.abs(there.y - y) >= speed / 2;
        }
    }

    /** Returns the position in each frame of a digit that starts at {@code start}. */
    static List<Position> track(Position start, List<Integer> actions, double speed) {
        List<Position> track = new ArrayList<>();
        Position now = start;
        for (int t = 0; t < actions.size(); t++) {
            now = t == 0 ? start : now.after(actions.get(t), speed);
            track.add(now);
        }
        return track;
    }

    /**
     * Returns random actions, each held for one to six frames. No action is chosen that no digit can follow, so digits
     * are pressed against a side now and then but not for long.
     */
    static List<Integer> random(RandomGenerator random, List<Position> starts, double speed, int frames) {
        List<Integer> actions = new ArrayList<>(List.of(STAY));
        List<Position> places = starts;
        int action = STAY;
        int left = 0;
        while (actions.size() < frames) {
            if (left == 0) {
                action = choose(random, places, speed);
                left = random.nextInt(1, LONGEST_HOLD + 1);
            }
            int now = action;
            places = places.stream().map(place -> place.after(now, speed)).toList();
            actions.add(action);
            left--;
        }
        return actions;
    }

    private static int choose(RandomGenerator random, List<Position> places, double speed) {
        List<Integer> open = new ArrayList<>();
        for (int action = STAY + 1; action < MOVES.length; action++) {
            int way = action;
            if (places.stream().anyMatch(place -> place.canFollow(way, speed))) {
                open.add(action);
            }
        }
        double drawn = random.nextDouble(STAY_WEIGHT + open.size());
        return drawn < open.size() ? open.get((int) drawn) : STAY;
    }
}
