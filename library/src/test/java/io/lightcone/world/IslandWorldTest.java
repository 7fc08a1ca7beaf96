// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IslandWorldTest {
    private static final IslandWorld ISLAND = new IslandWorld(Worlds.LAYOUT);

    @Test
    void thereAndBackShowsTheSame() {
        IslandPlace start = new IslandPlace(128, 128);
        for (int action = 1; action <= 4; action++) {
            IslandPlace place = start;
            for (int i = 0; i < 20; i++) {
                place = ISLAND.step(place, action);
            }
            assertThat(place.distance(start)).isEqualTo(80);
            assertThat(ISLAND.draw(place)).isNotEqualTo(ISLAND.draw(start));
            for (int i = 0; i < 20; i++) {
                place = ISLAND.step(place, IslandWorld.back(action));
            }
            assertThat(ISLAND.draw(place)).isEqualTo(ISLAND.draw(start));
        }
    }

    /** Wherever the way begins: 20 steps away nothing is in view of what was seen at first. */
    @Test
    void whoGoesAwayIsOutOfSight() {
        for (long seed = 0; seed < 200; seed++) {
            IslandPlace start = ISLAND.reset(seed);
            List<Integer> trip = ISLAND.roundTrip(start, 20);
            assertThat(trip).hasSize(40);
            IslandPlace furthest = after(start, trip.subList(0, 20));
            assertThat(Math.max(Math.abs(furthest.x() - start.x()), Math.abs(furthest.y() - start.y())))
                    .as("columns or rows between the middles of two views from %s", start)
                    .isGreaterThanOrEqualTo(World.SIZE);
            assertThat(after(start, trip)).isEqualTo(start);
        }
    }

    /** A way that is longer than the map ends at its side, and comes back from there. */
    @Test
    void theWayAwayEndsAtTheSideOfTheMap() {
        IslandPlace start = new IslandPlace(100, 120);
        List<Integer> trip = ISLAND.roundTrip(start, 1_000);
        assertThat(after(start, trip.subList(0, trip.size() / 2))).isEqualTo(new IslandPlace(IslandWorld.MOST, 120));
        assertThat(after(start, trip)).isEqualTo(start);
    }

    private static IslandPlace after(IslandPlace start, List<Integer> actions) {
        IslandPlace place = start;
        for (int action : actions) {
            place = ISLAND.step(place, action);
        }
        return place;
    }

    @Test
    void theViewNeverLeavesTheMap() {
        Policy<IslandPlace> policy = ISLAND.scripted(new SplittableRandom(5));
        for (IslandPlace place :
                Play.of(ISLAND, ISLAND.reset(5), policy, 0, 10_000).states()) {
            assertThat(place.x()).isBetween(IslandWorld.LEAST, IslandWorld.MOST);
            assertThat(place.y()).isBetween(IslandWorld.LEAST, IslandWorld.MOST);
        }
        IslandPlace corner = new IslandPlace(IslandWorld.LEAST, IslandWorld.MOST);
        assertThat(ISLAND.step(ISLAND.step(corner, 1), 4)).isEqualTo(corner);
        assertThat(ISLAND.obedience(corner, 1, corner)).isEqualTo(World.Obedience.UNKNOWN);
    }

    @Test
    void aPlayerFliesToManyPlaces() {
        Policy<IslandPlace> policy = ISLAND.scripted(new SplittableRandom(6));
        List<IslandPlace> places =
                Play.of(ISLAND, ISLAND.reset(6), policy, 0, 10_000).states();
        assertThat(places.stream().distinct().count()).isGreaterThan(800);
    }

    @Test
    void placesBetweenTheStepsAreRead() {
        IslandPlace between = new IslandPlace(101, 147);
        assertThat(ISLAND.read(ISLAND.picture(between))).contains(between);
    }

    @Test
    void brokenRulesAreFound() {
        IslandPlace place = new IslandPlace(100, 100);
        assertThat(ISLAND.broken(List.of(place, place), World.STAY)).isEmpty();
        assertThat(ISLAND.broken(List.of(place, new IslandPlace(97, 100)), 1)).isEmpty();
        assertThat(ISLAND.broken(List.of(place, place), 1)).containsExactly(IslandWorld.MOVE);
        assertThat(ISLAND.broken(List.of(place, new IslandPlace(104, 100)), 1)).containsExactly(IslandWorld.MOVE);
        assertThat(ISLAND.broken(List.of(place, new IslandPlace(90, 100)), 1)).containsExactly(IslandWorld.JUMP);
    }
}
