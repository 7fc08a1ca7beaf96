// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that readers find the state of a picture, slight damage or not, and refuse what shows none. */
class ReadersTest {
    private static final int STATES = 10_000;
    private static final long SEED = 18;
    private static final int DAMAGED = 200;
    /** Places are exact but in pong, where they lie between pixels. */
    private static final double PIXELS = 0.15;

    /** What else is allowed where a paddle touches a wall whose colour has run into it. */
    private static final double PIXELS_WHEN_BLURRED = 0.5;

    static List<String> names() {
        return Worlds.names();
    }

    /** Returns states that are reached by play, from many seeds. */
    private static <S> List<S> states(World<S, ?> world, int count, Random random) {
        List<S> states = new ArrayList<>();
        while (states.size() < count) {
            Policy<S> policy = random.nextBoolean() ? world.scripted(random) : Policies.sticky(world, random);
            Play<S> play = Play.of(world, world.reset(random.nextLong()), policy, random.nextInt(100), 100);
            for (int i = 0; i < 100 && states.size() < count; i += 1 + random.nextInt(20)) {
                states.add(play.states().get(i));
            }
        }
        return states;
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyPictureIsReadBack(String name) {
        readsBack(Worlds.named(name, Worlds.LAYOUT), new Random(SEED));
    }

    private static <S, V> void readsBack(World<S, V> world, Random random) {
        states(world, STATES, random).parallelStream().forEach(state -> {
            Optional<V> read = world.read(world.draw(state));
            assertThat(read).as("%s", state).isPresent();
            Map<String, Double> errors = world.differences(read.orElseThrow(), world.visible(state));
            double most = world.name().equals("pong") ? PIXELS : 0;
            assertThat(errors.values()).as("%s read as %s", state, read).allMatch(error -> error <= most);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void slightDamageIsForgiven(String name) {
        forgives(Worlds.named(name, Worlds.LAYOUT), new Random(SEED));
    }

    private static <S, V> void forgives(World<S, V> world, Random random) {
        List<S> states = states(world, DAMAGED, random);
        for (UnaryOperator<byte[]> damage : List.<UnaryOperator<byte[]>>of(
                picture -> Damage.noisy(picture, 4, random),
                picture -> Damage.blurred(picture, 0.5),
                picture -> Damage.noisy(Damage.blurred(picture, 0.5), 4, random),
                picture -> Damage.noisy(picture, 8, random))) {
            int right = 0;
            for (S state : states) {
                Optional<V> read = world.read(damage.apply(world.draw(state)));
                double most = world.name().equals("pong") ? PIXELS_WHEN_BLURRED : 0;
                right += read.isPresent()
                                && world.differences(read.get(), world.visible(state)).values().stream()
                                        .allMatch(error -> error <= most)
                        ? 1
                        : 0;
            }
            assertThat(right / (double) DAMAGED).isGreaterThanOrEqualTo(0.98);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatShowsNoStateIsRefused(String name) {
        refuses(Worlds.named(name, Worlds.LAYOUT), new Random(SEED));
    }

    private static <S, V> void refuses(World<S, V> world, Random random) {
        List<S> states = states(world, DAMAGED, random);
        List<S> others = states(world, DAMAGED, random);
        int blurred = 0;
        int half = 0;
        int merged = 0;
        for (int i = 0; i < DAMAGED; i++) {
            byte[] picture = world.draw(states.get(i));
            blurred += world.read(Damage.blurred(picture, 2)).isEmpty() ? 1 : 0;
            half += world.read(Damage.halfErased(picture, random)).isEmpty() ? 1 : 0;
            merged += world.read(Damage.merged(picture, world.draw(others.get(i))))
                            .isEmpty()
                    ? 1
                    : 0;
        }
        assertThat(blurred / (double) DAMAGED).as("blurred").isGreaterThanOrEqualTo(0.99);
        assertThat(half / (double) DAMAGED).as("half erased").isGreaterThanOrEqualTo(0.98);
        assertThat(merged / (double) DAMAGED).as("merged").isGreaterThanOrEqualTo(0.97);
    }

    @ParameterizedTest
    @CsvSource({"pong, maze", "maze, island", "island, pong"})
    void picturesOfAnotherWorldAreRefused(String name, String other) {
        World<?, ?> world = Worlds.named(name, Worlds.LAYOUT);
        assertThat(world.read(begun(Worlds.named(other, Worlds.LAYOUT)))).isEmpty();
        assertThat(world.read(new byte[World.SIZE * World.SIZE * World.CHANNELS]))
                .isEmpty();
        if (!name.equals("pong")) {
            assertThat(world.read(begun(Worlds.named(name, 2))))
                    .as("another layout")
                    .isEmpty();
        }
    }

    private static <S> byte[] begun(World<S, ?> world) {
        return world.draw(world.reset(3));
    }

    @Test
    void whatIsNoPictureIsAnError() {
        for (String name : Worlds.names()) {
            World<?, ?> world = Worlds.named(name, Worlds.LAYOUT);
            assertThatThrownBy(() -> world.read(new byte[5]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a picture has 12288 bytes, not 5");
        }
    }
}
