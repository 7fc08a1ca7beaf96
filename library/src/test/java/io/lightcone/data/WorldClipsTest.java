// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.config.ConfigReader;
import io.lightcone.video.Clip;
import io.lightcone.world.Play;
import io.lightcone.world.World;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorldClipsTest {
    private static ClipDataset open(WorldConfig config, int frames) {
        return config.open(frames, Path.of("cache"), message -> {}, () -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "maze", "island"})
    void clipsAreEndlessSeededAndHaveAnActionPerFrame(String name) {
        ClipDataset data = open(WorldConfig.of(name), 12);
        Clip clip = data.training(new SplittableRandom(1));
        assertThat(List.of(clip.frames(), clip.height(), clip.width(), clip.channels()))
                .containsExactly(12, 64, 64, 3);
        assertThat(clip.tags().actions())
                .hasSize(12)
                .allMatch(action -> action < data.actions().size());
        assertThat(data.training(new SplittableRandom(1)).pixels()).isEqualTo(clip.pixels());
        assertThat(data.training(new SplittableRandom(2)).pixels()).isNotEqualTo(clip.pixels());
        assertThat(data.heldOut(3).pixels())
                .isEqualTo(open(WorldConfig.of(name), 12).heldOut(3).pixels());
        assertThat(data.heldOut(3).pixels()).isNotEqualTo(data.heldOut(4).pixels());
        assertThat(data.heldOut(3).name()).isEqualTo("held-out " + name + " 3");
        assertThat(data.framesPerSecond()).isEqualTo(20);
        assertThat(data.classes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "maze", "island"})
    void theActionOfAFrameLedToIt(String name) {
        actionsLeadTo(WorldClips.of(WorldConfig.of(name), 30));
    }

    private static <S, V> void actionsLeadTo(WorldClips<S, V> clips) {
        World<S, V> world = clips.world();
        for (int index = 0; index < 10; index++) {
            Play<S> play = clips.heldOutPlay(index);
            Clip clip = clips.heldOut(index);
            assertThat(clip.tags().actions()).isEqualTo(play.actions());
            S state = play.states().get(0);
            for (int frame = 1; frame < clip.frames(); frame++) {
                state = world.step(state, clip.tags().actions().get(frame));
                assertThat(clip.slice(frame, 1).pixels()).isEqualTo(world.draw(state));
            }
        }
    }

    /** Gives some numbers first, and then random ones, and remembers the last that it gave. */
    private static final class Seeds implements RandomGenerator {
        private final Queue<Long> first;
        private final SplittableRandom others;
        private long last;
        private int given;

        Seeds(List<Long> first, long others) {
            this.first = new ArrayDeque<>(first);
            this.others = new SplittableRandom(others);
        }

        @Override
        public long nextLong() {
            last = first.isEmpty() ? others.nextLong() : first.remove();
            given++;
            return last;
        }

        @Override
        public int nextInt(int bound) {
            return others.nextInt(bound);
        }
    }

    private static List<Long> seedsOfHeldOutGames(WorldClips<?, ?> clips, int count) {
        List<Long> seeds = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Seeds drawn = new Seeds(List.of(), WorldClips.HELD_OUT_SEED + index);
            assertThat(clips.play(drawn, true, 2)).isEqualTo(clips.heldOutPlay(index));
            seeds.add(drawn.last);
        }
        return seeds;
    }

    /** No training clip is of a game that begins from the seed of a held-out one, even if that is drawn. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5})
    void heldOutGamesAreNeverTrainedOn(double heldOut) {
        WorldClips<?, ?> clips = WorldClips.of(ConfigReader.with(WorldConfig.of("island"), "heldOut=" + heldOut), 2);
        List<Long> held = seedsOfHeldOutGames(clips, 30);
        List<Long> trained = new ArrayList<>();
        int drawn = 0;
        for (int clip = 0; clip < 300; clip++) {
            Seeds seeds = new Seeds(List.of(held.get(clip % 30), held.get((clip + 1) % 30)), clip);
            clips.training(seeds);
            assertThat(held).doesNotContain(seeds.last);
            trained.add(seeds.last);
            drawn += seeds.given - 2;
        }
        assertThat(300.0 / drawn)
                .as("share of all seeds that are trained on")
                .isBetween(0.95 - heldOut, 1.05 - heldOut);
        for (int clip = 0; clip < 30; clip++) {
            Seeds seeds = new Seeds(trained, clip);
            clips.play(seeds, true, 2);
            assertThat(seeds.given).isGreaterThan(trained.size());
        }
    }

    @Test
    void theSharesOfPoliciesAreThoseOfTheConfiguration() {
        assertThat(changes("scripted=0", "sticky=0")).isBetween(0.6, 0.75);
        assertThat(changes("scripted=0", "sticky=1")).isBetween(0.09, 0.2);
        assertThat(open(ConfigReader.with(WorldConfig.of("maze"), "scripted=0", "sticky=0.25"), 4)
                        .description())
                .isEqualTo("the world maze (64x64, actions stay, forward, left, right), played 0 % as a person would,"
                        + " 25 % by actions that are kept for a while and 75 % by random ones; 10 % of all seeds are"
                        + " held out");
    }

    /** Returns how often the action differs from that of the frame before. */
    private static double changes(String... settings) {
        ClipDataset data = open(ConfigReader.with(WorldConfig.defaults(), settings), 50);
        int changes = 0;
        for (int index = 0; index < 40; index++) {
            List<Integer> actions = data.heldOut(index).tags().actions();
            for (int frame = 1; frame < 50; frame++) {
                changes += actions.get(frame).equals(actions.get(frame - 1)) ? 0 : 1;
            }
        }
        return changes / (40.0 * 49);
    }

    @Test
    void theFingerprintTellsWorldsApart() {
        WorldConfig maze = WorldConfig.of("maze");
        String fingerprint = open(maze, 8).fingerprint();
        assertThat(fingerprint).hasSize(64).isEqualTo(open(maze, 8).fingerprint());
        for (WorldConfig other : List.of(
                WorldConfig.of("pong"),
                ConfigReader.with(maze, "layout=2"),
                ConfigReader.with(maze, "scripted=0.4"),
                ConfigReader.with(maze, "heldOut=0.2"))) {
            assertThat(open(other, 8).fingerprint()).isNotEqualTo(fingerprint);
            assertThat(other.equalsButForPlaces(maze)).isFalse();
        }
        assertThat(maze.equalsButForPlaces(WorldConfig.of("maze"))).isTrue();
        assertThat(maze.absolute()).isEqualTo(maze);
        assertThat(maze.places()).isEmpty();
        assertThat(open(maze, 9).fingerprint()).isNotEqualTo(fingerprint);
    }

    @Test
    void whatNoWorldHasIsRefused() {
        WorldConfig pong = WorldConfig.of("pong");
        assertThatThrownBy(() -> WorldConfig.of("chess"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("world must be one of pong, maze, island, not 'chess'");
        assertThatThrownBy(() -> new WorldConfig(32, 32, 1, 0.1, "pong", 1, 0.5, 0.3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("frames of a world are 64x64 pixels in colour, not 32x32 with 1 channel; set"
                        + " data.height=64, data.width=64, data.channels=3 and model.channels=3, or take a preset that"
                        + " has them, such as msc-tiny");
        assertThatThrownBy(() -> ConfigReader.with(pong, "scripted=0.8"))
                .hasMessageContaining("together at most 1, not 0.8 and 0.3");
        assertThatThrownBy(() -> ConfigReader.with(pong, "sticky=-0.1")).hasMessageContaining("0 or more");
    }
}
