// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A maze that is seen through the eyes of who walks in it. A turn is by 15 degrees, so 24 of them show the first view
 * again; a move is by a quarter of a cell, and slides along walls. A small model learns one maze by heart, so the maze
 * is fixed and states differ in where they begin; another number is another maze.
 */
public final class MazeWorld implements World<MazePose, MazePose> {
    static final String NAME = "maze";

    static final int FORWARD = 1;
    static final int LEFT = 2;
    static final int RIGHT = 3;
    static final String JUMP = "the place does not jump";
    static final String MOVE = "the place changes as the key says";
    static final String TURN = "the heading changes as the key says";

    private static final List<String> ACTIONS = List.of("stay", "forward", "left", "right");
    /** The length of a move, in sixteenths of a cell. */
    private static final int STEP = 4;

    /** How near the middle may come to a wall, in sixteenths of a cell. */
    private static final int CLEARANCE = 6;

    /** By how many sixteenths of a cell a place may differ: below half a move. */
    private static final double TOLERANCE = 1.5;

    private static final double LONGEST_MOVE = 4.25;

    private final MazeMap map;
    private final MazeRenderer renderer;
    private final MazeReader reader;

    /** Creates the maze of a number; {@link Worlds#LAYOUT} is the usual one. */
    public MazeWorld(long layout) {
        map = new MazeMap(layout);
        renderer = new MazeRenderer(map);
        reader = new MazeReader(renderer, this::poses, this::isFree);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    /** Returns the middle of a random cell, with a random heading, after a few random steps. */
    @Override
    public MazePose reset(long seed) {
        long random = Noise.next(Noise.mix(seed));
        List<Integer> cells = map.openCells();
        int cell = cells.get((int) (Noise.unit(random) * cells.size()));
        random = Noise.next(random);
        MazePose pose = new MazePose(
                middle(cell % MazeMap.SIDE), middle(cell / MazeMap.SIDE), (int) (Noise.unit(random) * MazePose.TURNS));
        for (int i = 0; i < 8; i++) {
            random = Noise.next(random);
            pose = step(pose, 1 + (int) (Noise.unit(random) * 3));
        }
        return pose;
    }

    static int middle(int cell) {
        return cell * MazePose.CELL + MazePose.CELL / 2;
    }

    @Override
    public MazePose step(MazePose state, int action) {
        Objects.checkIndex(action, ACTIONS.size());
        return switch (action) {
            case FORWARD -> moved(state);
            case LEFT -> state.turned(-1);
            case RIGHT -> state.turned(1);
            default -> state;
        };
    }

    /** Goes ahead as far as walls let it, first along x and then along y: so it slides along them. */
    private MazePose moved(MazePose pose) {
        int x = pose.x();
        int wayX = MazeRenderer.moveX(pose.heading(), STEP);
        for (int i = 0; i < Math.abs(wayX) && isFree(x + Integer.signum(wayX), pose.y()); i++) {
            x += Integer.signum(wayX);
        }
        int y = pose.y();
        int wayY = MazeRenderer.moveY(pose.heading(), STEP);
        for (int i = 0; i < Math.abs(wayY) && isFree(x, y + Integer.signum(wayY)); i++) {
            y += Integer.signum(wayY);
        }
        return pose.at(x, y);
    }

    /** Returns whether one can stand at a place, in sixteenths of a cell. */
    boolean isFree(int x, int y) {
        return isOpenAt(x - CLEARANCE, y - CLEARANCE)
                && isOpenAt(x + CLEARANCE - 1, y - CLEARANCE)
                && isOpenAt(x - CLEARANCE, y + CLEARANCE - 1)
                && isOpenAt(x + CLEARANCE - 1, y + CLEARANCE - 1);
    }

    private boolean isOpenAt(int x, int y) {
        int cellX = Math.floorDiv(x, MazePose.CELL);
        int cellY = Math.floorDiv(y, MazePose.CELL);
        return cellX >= 0 && cellY >= 0 && cellX < MazeMap.SIDE && cellY < MazeMap.SIDE && map.isOpen(cellX, cellY);
    }

    /** Returns the poses of every second place, for all headings. */
    private List<MazePose> poses() {
        List<MazePose> poses = new ArrayList<>();
        int end = MazeMap.SIDE * MazePose.CELL;
        for (int y = 0; y < end; y += 2) {
            for (int x = 0; x < end; x += 2) {
                for (int heading = 0; heading < MazePose.TURNS && isFree(x, y); heading++) {
                    poses.add(new MazePose(x, y, heading));
                }
            }
        }
        return poses;
    }

    MazeMap map() {
        return map;
    }

    @Override
    public MazePose visible(MazePose state) {
        return state;
    }

    @Override
    public String words(MazePose view) {
        return "column " + (1 + view.x() / MazePose.CELL) + ", row " + (1 + view.y() / MazePose.CELL) + ", heading "
                + view.heading() * 360 / MazePose.TURNS + " degrees";
    }

    @Override
    public byte[] picture(MazePose view) {
        return renderer.draw(view);
    }

    @Override
    public Optional<MazePose> read(byte[] image) {
        return reader.read(image);
    }

    @Override
    public Policy<MazePose> scripted(RandomGenerator random) {
        return new MazePlayer(map, random);
    }

    @Override
    public List<String> rules() {
        return List.of(JUMP, MOVE, TURN);
    }

    @Override
    public List<String> broken(List<MazePose> recent, int action) {
        MazePose now = recent.get(recent.size() - 1);
        MazePose before = recent.get(recent.size() - 2);
        MazePose expected = step(before, action);
        List<String> broken = new ArrayList<>();
        if (now.distance(before) > LONGEST_MOVE + TOLERANCE) {
            broken.add(JUMP);
        } else if (now.distance(expected) > TOLERANCE) {
            broken.add(MOVE);
        }
        if (now.heading() != expected.heading()) {
            broken.add(TURN);
        }
        return broken;
    }

    @Override
    public Obedience obedience(MazePose before, int action, MazePose after) {
        MazePose expected = step(before, action);
        if (action == FORWARD && expected.distance(before) <= 2 * TOLERANCE) {
            return Obedience.UNKNOWN;
        }
        boolean followed = after.heading() == expected.heading() && after.distance(expected) <= TOLERANCE;
        return followed ? Obedience.FOLLOWED : Obedience.IGNORED;
    }

    @Override
    public Map<String, Double> differences(MazePose one, MazePose other) {
        Map<String, Double> differences = new LinkedHashMap<>();
        differences.put("place (cells)", one.distance(other) / MazePose.CELL);
        differences.put("heading (degrees)", one.turnsTo(other) * 360.0 / MazePose.TURNS);
        return differences;
    }

    /** Returns one full turn to the left, at whose end the same picture is shown again. */
    @Override
    public List<Integer> roundTrip(MazePose state, int away) {
        return Collections.nCopies(MazePose.TURNS, LEFT);
    }
}
