// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * An island seen from a balloon: the view of 64 x 64 pixels scrolls over a map of 256 x 256 by four pixels in a frame.
 * The balloon is always in the middle, and stops where the view would leave the map. What is passed is out of sight
 * after 16 frames, and there again for who comes back. A small model learns one island by heart, so the island is
 * fixed and states differ in their place; another number is another island.
 */
public final class IslandWorld implements World<IslandPlace, IslandPlace> {
    static final String NAME = "island";

    static final String JUMP = "the place does not jump";
    static final String MOVE = "the place changes as the key says";

    /** The pixels that the view scrolls by in a frame. */
    static final int STEP = 4;

    /** The nearest that the balloon comes to the side of the map. */
    static final int LEAST = SIZE / 2;

    static final int MOST = IslandMap.SIDE - SIZE / 2;

    private static final List<String> ACTIONS = List.of("stay", "left", "right", "up", "down");
    private static final int[][] WAYS = {{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    /** By how many pixels a place may differ: below half a step. */
    private static final double TOLERANCE = 1.5;

    private static final int RED = 0xe4483c;
    private static final int CREAM = 0xfff1d0;
    private static final int SHADOW = 0x101828;

    private final IslandMap map;
    private final IslandReader reader;

    /** Creates the island of a number; {@link Worlds#LAYOUT} is the usual one. */
    public IslandWorld(long layout) {
        map = new IslandMap(layout);
        reader = new IslandReader(this::picture);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    /** Returns a random place. */
    @Override
    public IslandPlace reset(long seed) {
        long first = Noise.next(Noise.mix(seed));
        int places = (MOST - LEAST) / STEP + 1;
        return new IslandPlace(
                LEAST + STEP * (int) (places * Noise.unit(first)),
                LEAST + STEP * (int) (places * Noise.unit(Noise.next(first))));
    }

    @Override
    public IslandPlace step(IslandPlace state, int action) {
        int[] way = WAYS[Objects.checkIndex(action, WAYS.length)];
        return new IslandPlace(within(state.x() + STEP * way[0]), within(state.y() + STEP * way[1]));
    }

    private static int within(int place) {
        return Math.max(LEAST, Math.min(MOST, place));
    }

    /** Returns the action that undoes another where no side of the map is in the way. */
    static int back(int action) {
        return action == STAY ? STAY : action % 2 == 1 ? action + 1 : action - 1;
    }

    IslandMap map() {
        return map;
    }

    @Override
    public IslandPlace visible(IslandPlace state) {
        return state;
    }

    @Override
    public String words(IslandPlace view) {
        return "over " + view.x() + ", " + view.y() + " of the map";
    }

    @Override
    public byte[] picture(IslandPlace view) {
        byte[] pixels = new byte[SIZE * SIZE * CHANNELS];
        int row = SIZE * CHANNELS;
        for (int y = 0; y < SIZE; y++) {
            int from = ((view.y() - SIZE / 2 + y) * IslandMap.SIDE + view.x() - SIZE / 2) * CHANNELS;
            System.arraycopy(map.pixels(), from, pixels, y * row, row);
        }
        balloon(new Canvas(SIZE, SIZE, pixels));
        return pixels;
    }

    private static void balloon(Canvas canvas) {
        double middle = SIZE / 2.0;
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 7; x++) { // its shadow on the ground
                canvas.blend(
                        SIZE / 2 + 1 + x, SIZE / 2 + 4 + y, SHADOW, 0.45 * Canvas.discCover(x - 3, 1.4 * (y - 2), 3));
            }
        }
        canvas.disc(middle, middle, 4.5, RED);
        canvas.disc(middle, middle, 3, CREAM);
        canvas.disc(middle, middle, 1.5, RED);
    }

    @Override
    public Optional<IslandPlace> read(byte[] image) {
        return reader.read(image);
    }

    @Override
    public Policy<IslandPlace> scripted(RandomGenerator random) {
        return new IslandPlayer(map, random);
    }

    @Override
    public List<String> rules() {
        return List.of(JUMP, MOVE);
    }

    @Override
    public List<String> broken(List<IslandPlace> recent, int action) {
        IslandPlace now = recent.get(recent.size() - 1);
        IslandPlace before = recent.get(recent.size() - 2);
        if (now.distance(before) > STEP + TOLERANCE) {
            return List.of(JUMP);
        }
        return now.distance(step(before, action)) > TOLERANCE ? List.of(MOVE) : List.of();
    }

    @Override
    public Obedience obedience(IslandPlace before, int action, IslandPlace after) {
        IslandPlace expected = step(before, action);
        if (action != STAY && expected.distance(before) <= 2 * TOLERANCE) {
            return Obedience.UNKNOWN;
        }
        return after.distance(expected) <= TOLERANCE ? Obedience.FOLLOWED : Obedience.IGNORED;
    }

    @Override
    public Map<String, Double> differences(IslandPlace one, IslandPlace other) {
        Map<String, Double> differences = new LinkedHashMap<>();
        differences.put("place (pixels)", one.distance(other));
        return differences;
    }

    /**
     * Returns the way to the side with the most room, and back; no side of the map is in the way. That side is 24 steps
     * away or more, and from 16 steps on the two views have nothing in common.
     */
    @Override
    public List<Integer> roundTrip(IslandPlace state, int away) {
        int best = 1;
        for (int action = 2; action < WAYS.length; action++) {
            best = room(state, action) > room(state, best) ? action : best;
        }
        int far = Math.min(room(state, best), away);
        List<Integer> trip = new ArrayList<>();
        for (int i = 0; i < 2 * far; i++) {
            trip.add(i < far ? best : back(best));
        }
        return trip;
    }

    private static int room(IslandPlace place, int action) {
        int[] way = WAYS[action];
        int room = way[0] < 0
                ? place.x() - LEAST
                : way[0] > 0 ? MOST - place.x() : way[1] < 0 ? place.y() - LEAST : MOST - place.y();
        return room / STEP;
    }
}
