// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Draws what is seen in a maze by casting a ray through each column of the picture: walls in perspective, a floor of
 * light and dark tiles and a ceiling, all of which fade with distance.
 */
final class MazeRenderer {
    private static final double WALL_HEIGHT = 0.68;
    /** Half the width of what is seen at distance 1: a field of view of 74 degrees. */
    private static final double VIEW = 0.7536;

    private static final double FADE = 0.22;
    private static final double SIDE_LIGHT = 0.82;
    private static final int FOG = 0x1a1c2e;
    private static final int LIGHT_TILE = 0xa79c8c;
    private static final int DARK_TILE = 0x7d7468;
    private static final int CEILING = 0x5a6ea8;
    private static final int SAMPLES = 2;

    /** By the rows and columns of a picture, of which there are few. */
    private static final Map<Integer, Rows> ROWS = new ConcurrentHashMap<>();

    private static final double[] COSINES = new double[MazePose.TURNS];
    private static final double[] SINES = new double[MazePose.TURNS];

    static {
        for (int turn = 0; turn < MazePose.TURNS; turn++) {
            COSINES[turn] = StrictMath.cos(2 * Math.PI * turn / MazePose.TURNS);
            SINES[turn] = StrictMath.sin(2 * Math.PI * turn / MazePose.TURNS);
        }
    }

    private final MazeMap map;

    MazeRenderer(MazeMap map) {
        this.map = map;
    }

    /** Returns the steps in x or y of one move ahead, in sixteenths of a cell. */
    static int moveX(int heading, int length) {
        return (int) Math.rint(length * COSINES[heading]);
    }

    static int moveY(int heading, int length) {
        return (int) Math.rint(length * SINES[heading]);
    }

    /** Returns the picture, in which each pixel is the mean of four samples. */
    byte[] draw(MazePose pose) {
        return Fit.means(sample(pose, World.SIZE * SAMPLES), World.SIZE * SAMPLES, SAMPLES);
    }

    /** Returns a picture of {@code size x size} pixels, each of which is one sample in its middle. */
    byte[] sample(MazePose pose, int size) {
        Rows rows = ROWS.computeIfAbsent(size, Rows::of);
        byte[] pixels = new byte[size * size * World.CHANNELS];
        double x = pose.x() / (double) MazePose.CELL;
        double y = pose.y() / (double) MazePose.CELL;
        double cosine = COSINES[pose.heading()];
        double sine = SINES[pose.heading()];
        for (int column = 0; column < size; column++) {
            double across = (2 * (column + 0.5) / size - 1) * VIEW;
            drawColumn(pixels, rows, column, cast(x, y, cosine - across * sine, sine + across * cosine));
        }
        return pixels;
    }

    /**
     * What is the same in each row of every picture of a size: floor and ceiling of one row are equally far away.
     *
     * @param down how far below the middle it is: -1 at the top, 1 at the bottom
     * @param distance of the floor or ceiling that is seen there
     * @param light colour of the ceiling, or of a light tile
     * @param dark colour of the ceiling, or of a dark tile
     */
    @SuppressWarnings("ArrayRecordComponent") // never leaves this class, and is never changed
    private record Rows(double[] down, double[] distance, int[] light, int[] dark) {
        static Rows of(int size) {
            Rows rows = new Rows(new double[size], new double[size], new int[size], new int[size]);
            for (int row = 0; row < size; row++) {
                double down = 2 * (row + 0.5) / size - 1;
                double distance = WALL_HEIGHT / 2 / (Math.abs(down) * VIEW);
                double fog = 1 - 1 / (1 + FADE * distance * distance * 0.6);
                rows.down[row] = down;
                rows.distance[row] = distance;
                rows.light[row] = Canvas.mix(down < 0 ? CEILING : LIGHT_TILE, FOG, fog);
                rows.dark[row] = Canvas.mix(down < 0 ? CEILING : DARK_TILE, FOG, fog);
            }
            return rows;
        }
    }

    /**
     * A ray that has met a wall.
     *
     * @param distance to the wall along the view, in cells; places of the ray are its start plus distance times its way
     */
    private record Ray(
            double x, double y, double wayX, double wayY, double distance, WallFace face, double u, double light) {}

    private Ray cast(double x, double y, double wayX, double wayY) {
        int cellX = (int) x;
        int cellY = (int) y;
        int stepX = wayX < 0 ? -1 : 1;
        int stepY = wayY < 0 ? -1 : 1;
        double perX = Math.abs(1 / wayX);
        double perY = Math.abs(1 / wayY);
        double nextX = (stepX < 0 ? x - cellX : cellX + 1 - x) * perX;
        double nextY = (stepY < 0 ? y - cellY : cellY + 1 - y) * perY;
        while (true) {
            boolean alongX = nextX < nextY;
            int aheadX = alongX ? cellX + stepX : cellX;
            int aheadY = alongX ? cellY : cellY + stepY;
            double distance = alongX ? nextX : nextY;
            if (!map.isOpen(aheadX, aheadY)) {
                int side = alongX ? (stepX > 0 ? 0 : 2) : stepY > 0 ? 1 : 3;
                double along = alongX ? y + distance * wayY - cellY : x + distance * wayX - cellX;
                double u = side == 0 || side == 3 ? along : 1 - along; // from left to right as it is seen
                WallFace face = map.face(cellX, cellY, side);
                double light = (alongX ? SIDE_LIGHT : 1) / (1 + FADE * distance * distance * 0.4);
                return new Ray(x, y, wayX, wayY, distance, face, u, light);
            }
            cellX = aheadX;
            cellY = aheadY;
            if (alongX) {
                nextX += perX;
            } else {
                nextY += perY;
            }
        }
    }

    private static void drawColumn(byte[] pixels, Rows rows, int column, Ray ray) {
        int size = rows.down.length;
        double half = WALL_HEIGHT / 2 / (Math.max(ray.distance, 1e-6) * VIEW);
        int first = Math.max(0, (int) Math.ceil((1 - half) * size / 2 - 0.5)); // of the rows with the wall
        int next = size - first;
        for (int row = 0; row < first; row++) {
            set(pixels, row * size + column, rows.light[row]);
        }
        int plain = ray.face.plain(ray.u, ray.light);
        int accent = ray.face.accent(ray.u, ray.light);
        double scale = 0.5 / half;
        for (int row = first; row < next; row++) {
            boolean isAccent = ray.face.isAccent(ray.u, rows.down[row] * scale + 0.5);
            set(pixels, row * size + column, isAccent ? accent : plain);
        }
        for (int row = next; row < size; row++) {
            double x = ray.x + rows.distance[row] * ray.wayX; // inside of the maze, so above 0
            double y = ray.y + rows.distance[row] * ray.wayY;
            boolean isLight = ((int) (2 * x) + (int) (2 * y)) % 2 == 0;
            set(pixels, row * size + column, isLight ? rows.light[row] : rows.dark[row]);
        }
    }

    private static void set(byte[] pixels, int number, int colour) {
        int at = number * World.CHANNELS;
        pixels[at] = (byte) (colour >> 16);
        pixels[at + 1] = (byte) (colour >> 8);
        pixels[at + 2] = (byte) colour;
    }
}
