// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The plan of a maze: 7 x 7 cells, of which nine rooms are joined by corridors, with some loops. Each side of a wall
 * that can be seen has colours and a pattern of its own, so that a view tells where it is.
 */
final class MazeMap {
    static final int SIDE = 7;

    private static final int ROOMS = 3;
    private static final int LOOPS = 2;
    private static final int[][] WAYS = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};

    private static final int[] COLOURS = {
        0xd94f4f, 0xe98a3a, 0xe8c547, 0x6fbf5a, 0x3fa796, 0x4f8fd9, 0x7b6bd6, 0xc76bb8, 0xb98b5e, 0xd8d3c4
    };

    private final boolean[] open = new boolean[SIDE * SIDE];
    private final WallFace[] faces = new WallFace[SIDE * SIDE * 4];
    private long random;

    MazeMap(long layout) {
        random = Noise.mix(layout ^ 0x6d617a65L);
        carve(1, 1);
        List<Integer> walls = closedPassages();
        for (int i = 0; i < LOOPS && !walls.isEmpty(); i++) {
            open[walls.remove(draw(walls.size()))] = true;
        }
        paint();
    }

    private int draw(int bound) {
        random = Noise.next(random);
        return (int) (Noise.unit(random) * bound);
    }

    /** Opens a room and, in random order, the corridors to the rooms beside it that are closed yet. */
    private void carve(int x, int y) {
        open[y * SIDE + x] = true;
        List<int[]> ways = new ArrayList<>(Arrays.asList(WAYS));
        while (!ways.isEmpty()) {
            int[] way = ways.remove(draw(ways.size()));
            int roomX = x + 2 * way[0];
            int roomY = y + 2 * way[1];
            boolean inside = roomX > 0 && roomY > 0 && roomX <= 2 * ROOMS && roomY <= 2 * ROOMS;
            if (inside && !open[roomY * SIDE + roomX]) {
                open[(y + way[1]) * SIDE + x + way[0]] = true;
                carve(roomX, roomY);
            }
        }
    }

    private List<Integer> closedPassages() {
        List<Integer> closed = new ArrayList<>();
        for (int y = 1; y < SIDE - 1; y++) {
            for (int x = 1; x < SIDE - 1; x++) {
                if (x % 2 != y % 2 && !open[y * SIDE + x]) {
                    closed.add(y * SIDE + x);
                }
            }
        }
        return closed;
    }

    /** Gives each side of a wall at an open cell its colours; sides that are seen together differ in their first. */
    private void paint() {
        int number = draw(COLOURS.length);
        int pattern = draw(WallFace.PATTERNS);
        for (int cell = 0; cell < open.length; cell++) {
            for (int side = 0; open[cell] && side < WAYS.length; side++) {
                int wall = cell + WAYS[side][1] * SIDE + WAYS[side][0];
                if (!open[wall]) {
                    int colour = COLOURS[number % COLOURS.length];
                    int accent = COLOURS[(number + 2 + draw(COLOURS.length - 3)) % COLOURS.length];
                    faces[cell * 4 + side] = new WallFace(colour, accent, pattern % WallFace.PATTERNS);
                    number += 3; // 3 and 10 have no common divisor, so all colours come in turn
                    pattern += 1 + draw(WallFace.PATTERNS - 1);
                }
            }
        }
    }

    boolean isOpen(int x, int y) {
        return open[y * SIDE + x];
    }

    /**
     * Returns the side of a wall that is seen from an open cell.
     *
     * @param side where the wall is: 0 right, 1 below, 2 left, 3 above
     */
    WallFace face(int x, int y, int side) {
        return faces[(y * SIDE + x) * 4 + side];
    }

    /** Returns the numbers, row times {@link #SIDE} plus column, of the open cells. */
    List<Integer> openCells() {
        List<Integer> cells = new ArrayList<>();
        for (int cell = 0; cell < open.length; cell++) {
            if (open[cell]) {
                cells.add(cell);
            }
        }
        return cells;
    }

    /** Returns for each cell its number of steps to {@code goal}, or a large number. */
    int[] distances(int goal) {
        int[] distances = new int[open.length];
        Arrays.fill(distances, Integer.MAX_VALUE / 2);
        distances[goal] = 0;
        List<Integer> queue = new ArrayList<>(List.of(goal));
        for (int i = 0; i < queue.size(); i++) {
            int cell = queue.get(i);
            for (int[] way : WAYS) {
                int next = cell + way[1] * SIDE + way[0];
                if (open[next] && distances[next] > distances[cell] + 1) {
                    distances[next] = distances[cell] + 1;
                    queue.add(next);
                }
            }
        }
        return distances;
    }
}
