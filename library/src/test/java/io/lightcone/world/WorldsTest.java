// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what holds in every world. */
class WorldsTest {
    static List<String> names() {
        return Worlds.names();
    }

    private static <S> Play<S> played(World<S, ?> world, long seed, int frames) {
        return Play.of(world, world.reset(seed), world.scripted(new SplittableRandom(seed)), 0, frames);
    }

    /** Pictures never change: runs are trained on them, and models are judged by them. */
    @ParameterizedTest
    @CsvSource({
        "pong, ce8b782c8ba2f40bf054528a8050d68628b37641bf5884fc52060cf7cc4fa954",
        "maze, 6c0b0e3f17342cf9eecf4541768adf55aa965a1c6def9085eea3f6c0834d34cd",
        "island, e2358f3c0d134a3eadaeabd2f333877d0d33269b95a15424b85a3d202223b90c"
    })
    void picturesAreAsTheyWere(String name, String hash) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (long seed = 0; seed < 3; seed++) {
            digest.update(pictures(Worlds.named(name, Worlds.LAYOUT), seed));
        }
        assertThat(HexFormat.of().formatHex(digest.digest())).isEqualTo(hash);
    }

    private static <S, V> byte[] pictures(World<S, V> world, long seed) {
        return played(world, seed, 120).pictures(world);
    }

    @ParameterizedTest
    @MethodSource("names")
    void theSameSeedIsTheSameGame(String name) {
        World<?, ?> world = Worlds.named(name, Worlds.LAYOUT);
        assertThat(world.name()).isEqualTo(name);
        assertThat(world.actions().get(World.STAY)).isEqualTo("stay");
        assertThat(played(world, 7, 300)).isEqualTo(played(Worlds.named(name, Worlds.LAYOUT), 7, 300));
        assertThat(played(world, 7, 300)).isNotEqualTo(played(world, 8, 300));
    }

    @ParameterizedTest
    @MethodSource("names")
    void trueGamesBreakNoRulesAndObey(String name) {
        for (int seed = 0; seed < 20; seed++) {
            keepsItsRules(Worlds.named(name, Worlds.LAYOUT), seed);
        }
    }

    private static <S, V> void keepsItsRules(World<S, V> world, int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Policy<S> policy = seed % 2 == 0 ? world.scripted(random) : Policies.sticky(world, random);
        Play<S> play = Play.of(world, world.reset(seed), policy, 0, 2_000);
        for (int t = 2; t < play.states().size(); t++) {
            List<V> views = play.states().subList(t - 2, t + 1).stream()
                    .map(world::visible)
                    .toList();
            int action = play.actions().get(t);
            assertThat(world.broken(views, action))
                    .as("%s of %s", action, views)
                    .isEmpty();
            assertThat(world.broken(views.subList(1, 3), action))
                    .as("%s of %s", action, views)
                    .isEmpty();
            assertThat(world.obedience(views.get(1), action, views.get(2))).isNotEqualTo(World.Obedience.IGNORED);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void roundTripsEndAtTheSamePicture(String name) {
        returns(Worlds.named(name, Worlds.LAYOUT));
    }

    private static <S, V> void returns(World<S, V> world) {
        for (long seed = 0; seed < 50; seed++) {
            S start = world.reset(seed);
            List<Integer> trip = world.roundTrip(start, 40);
            S end = start;
            for (int action : trip) {
                end = world.step(end, action);
            }
            assertThat(world.draw(end)).isEqualTo(world.draw(start));
            assertThat(trip.isEmpty()).isEqualTo(world.name().equals("pong"));
        }
    }

    @Test
    void unknownNamesAndActionsAreErrors() {
        assertThatThrownBy(() -> Worlds.named("chess", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no world named 'chess'; there are pong, maze, island");
        PongWorld pong = new PongWorld();
        assertThatThrownBy(() -> pong.step(pong.reset(1), 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
