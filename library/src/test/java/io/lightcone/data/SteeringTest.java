// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.MovingDigits.Scene;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Moving digits with labels and with steering. */
class SteeringTest {
    private static final int STAY = 0;
    private static final int LEFT = 1;
    private static final int RIGHT = 2;
    private static final int UP = 3;
    private static final int DOWN = 4;
    private static final int[][] MOVES = {{0, 0}, {-1, 0}, {1, 0}, {0, -1}, {0, 1}};

    private static MovingDigits digits(
            int size, int count, double speed, int frames, boolean labels, boolean steering) {
        MovingDigitsConfig config = ConfigReader.with(
                MovingDigitsConfig.of(size, count, 14, speed), "labels=" + labels, "steering=" + steering);
        return MovingDigits.of(config, frames);
    }

    @Test
    void theClassIsTheDigitOrThePair() {
        MovingDigits single = digits(32, 1, 2, 3, true, false);
        assertThat(single.classes()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        MovingDigits pairs = digits(32, 2, 2, 3, true, false);
        assertThat(pairs.classes())
                .hasSize(55)
                .startsWith("0+0", "0+1")
                .contains("3+7")
                .endsWith("8+9", "9+9");
        assertThat(pairs.actions()).isEmpty();
        Set<Integer> seen = new HashSet<>();
        for (int index = 0; index < 40; index++) {
            Scene one = single.heldOutScene(index);
            assertThat(one.clip().tags()).isEqualTo(new Clip.Tags(one.labels().get(0), List.of()));
            Scene two = pairs.heldOutScene(index);
            int smaller = Math.min(two.labels().get(0), two.labels().get(1));
            int larger = Math.max(two.labels().get(0), two.labels().get(1));
            assertThat(pairs.classes().get(two.clip().tags().label())).isEqualTo(smaller + "+" + larger);
            seen.add(two.clip().tags().label());
        }
        assertThat(seen).hasSizeGreaterThan(15);
        assertThat(single.training(new SplittableRandom(1)).tags().label()).isBetween(0, 9);
        assertThat(single.description()).endsWith(" from fonts, in 10 classes");
    }

    @Test
    void labelsChangeNoPixel() {
        MovingDigits plain = digits(32, 2, 2, 3, false, false);
        MovingDigits labelled = digits(32, 2, 2, 3, true, false);
        assertThat(plain.classes()).isEmpty();
        assertThat(plain.heldOut(3).tags()).isEqualTo(Clip.Tags.NONE);
        assertThat(labelled.heldOut(3).pixels()).isEqualTo(plain.heldOut(3).pixels());
        assertThat(labelled.fingerprint()).isNotEqualTo(plain.fingerprint());
    }

    @Test
    void labelsThatAreNoDigitsAreRefused(@TempDir Path folder) throws IOException {
        MovingDigitsTest.writeIdx(folder, 20, false);
        Path file = folder.resolve("digits-labels-idx1-ubyte");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] = (byte) 200;
        Files.write(file, bytes);
        MovingDigitsConfig config = MovingDigitsConfig.of(32, 1, 12, 2).withDigits(folder.toString());
        assertThat(MovingDigits.of(config, 3).classes()).isEmpty();
        assertThatThrownBy(() -> MovingDigits.of(ConfigReader.with(config, "labels=true"), 3))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("labels up to 200; take other ones or leave data.labels false");
    }

    /** In the picture, not only in what the scene says of itself; a whole number of pixels moves the very same ink. */
    @Test
    void everyDigitMovesAsTheActionsSayAndStopsAtTheSides() {
        double speed = 2;
        MovingDigits digits = digits(40, 1, speed, 3, false, true);
        List<Integer> actions = new ArrayList<>(List.of(STAY));
        for (int action : new int[] {RIGHT, DOWN, LEFT, UP, STAY}) {
            actions.addAll(Collections.nCopies(4, action));
        }
        actions.addAll(Collections.nCopies(20, LEFT));
        actions.addAll(Collections.nCopies(20, UP));
        int free = 0;
        for (int index = 0; index < 10; index++) {
            Scene scene = digits.heldOutScene(index, actions);
            assertThat(scene.clip().frames()).isEqualTo(actions.size());
            assertThat(scene.clip().tags()).isEqualTo(new Clip.Tags(-1, actions));
            for (int t = 1; t < actions.size(); t++) {
                int[] move = MOVES[actions.get(t)];
                double[] before = scene.centres()[0][t - 1];
                double[] said = scene.centres()[0][t];
                double[] seenBefore = MovingDigitsTest.centreOfMass(scene.clip(), t - 1);
                double[] seen = MovingDigitsTest.centreOfMass(scene.clip(), t);
                boolean whole = Math.abs(said[0] - before[0]) + Math.abs(said[1] - before[1]) > speed - 1e-9;
                for (int axis = 0; axis < 2; axis++) {
                    double moved = said[axis] - before[axis];
                    assertThat(seen[axis] - seenBefore[axis]).isCloseTo(moved, Offset.offset(whole ? 1e-3 : 0.15));
                    if (whole) {
                        assertThat(moved).isCloseTo(move[axis] * speed, Offset.offset(1e-9));
                    } else {
                        assertThat(moved * move[axis]).isCloseTo(speed / 2, Offset.offset(speed / 2));
                    }
                }
                free += whole ? 1 : 0;
            }
            double[] end = scene.centres()[0][actions.size() - 1];
            assertThat(end[1]).as("a digit 11.9 to 14 pixels high, at the top").isBetween(5.9, 7.0);
            assertThat(end[0]).as("and at the left").isLessThan(9);
            assertThat(scene.centres()[0][actions.size() - 2]).isEqualTo(end);
        }
        assertThat(free).isGreaterThan(100);
    }

    @Test
    void allDigitsFollowTheSameActions() {
        Scene scene = digits(64, 2, 1, 30, true, true).heldOutScene(2);
        List<Integer> actions = scene.clip().tags().actions();
        assertThat(scene.clip().tags().label()).isBetween(0, 54);
        assertThat(actions).hasSize(30).startsWith(STAY);
        int together = 0;
        for (int t = 1; t < 30; t++) {
            boolean all = true;
            for (double[][] digit : scene.centres()) {
                double moved = Math.hypot(digit[t][0] - digit[t - 1][0], digit[t][1] - digit[t - 1][1]);
                all &= moved > 0.999;
            }
            together += all ? 1 : 0;
        }
        assertThat(together).isGreaterThan(10);
    }

    @Test
    void randomActionsAreReproducibleHeldAWhileAndSeldomInVain() {
        int frames = 24;
        for (double speed : new double[] {1, 3}) {
            MovingDigits digits = digits(32, 1, speed, frames, false, true);
            assertThat(digits.actions()).containsExactly("stay", "left", "right", "up", "down");
            int[] count = new int[5];
            int changes = 0;
            int vain = 0;
            int moves = 0;
            for (int index = 0; index < 200; index++) {
                Scene scene = digits.heldOutScene(index);
                List<Integer> actions = scene.clip().tags().actions();
                assertThat(digits.heldOut(index).tags().actions()).isEqualTo(actions);
                assertThat(actions).hasSize(frames).startsWith(STAY);
                for (int t = 1; t < frames; t++) {
                    count[actions.get(t)]++;
                    changes += actions.get(t).equals(actions.get(t - 1)) ? 0 : 1;
                    if (actions.get(t) != STAY) {
                        double[] now = scene.centres()[0][t];
                        double[] before = scene.centres()[0][t - 1];
                        moves++;
                        vain += Math.hypot(now[0] - before[0], now[1] - before[1]) < speed / 10 ? 1 : 0;
                    }
                }
            }
            int all = 200 * (frames - 1);
            assertThat(count[STAY]).isBetween(all / 12, all / 5);
            for (int action = LEFT; action <= DOWN; action++) {
                assertThat(count[action]).isBetween(all / 6, all / 3);
            }
            assertThat((double) all / changes)
                    .as("frames that an action is held")
                    .isBetween(3.0, 6.0);
            assertThat((double) vain / moves)
                    .as("share of moves against a side")
                    .isBetween(0.01, 0.3);
        }
    }

    @Test
    void trainingClipsFollowTheirSeed() {
        MovingDigits digits = digits(32, 1, 2, 12, true, true);
        Clip clip = digits.training(new SplittableRandom(3));
        Clip same = digits.training(new SplittableRandom(3));
        Clip other = digits.training(new SplittableRandom(4));
        assertThat(same.pixels()).isEqualTo(clip.pixels()).isNotEqualTo(other.pixels());
        assertThat(same.tags()).isEqualTo(clip.tags()).isNotEqualTo(other.tags());
    }

    /** What a model is shown and what it is to do next: the given frames stay what they are. */
    @Test
    void otherActionsFromAFrameOnLeaveTheFramesBeforeAsTheyAre() {
        MovingDigits digits = digits(32, 1, 2, 8, false, true);
        Clip clip = digits.heldOut(5);
        List<Integer> other = new ArrayList<>(clip.tags().actions().subList(0, 4));
        other.addAll(Collections.nCopies(12, DOWN));
        Scene scene = digits.heldOutScene(5, other);
        assertThat(scene.clip().slice(0, 4).pixels()).isEqualTo(clip.slice(0, 4).pixels());
        assertThat(digits.heldOutScene(5, clip.tags().actions()).clip().pixels())
                .isEqualTo(clip.pixels());
    }

    @Test
    void aLongerClipBeginsAsTheShorterOne() {
        Clip shorter = digits(32, 2, 2, 6, true, true).heldOut(7);
        Clip longer = digits(32, 2, 2, 20, true, true).heldOut(7).slice(0, 6);
        assertThat(longer.pixels()).isEqualTo(shorter.pixels());
        assertThat(longer.tags()).isEqualTo(shorter.tags());
    }

    @Test
    void aDigitWithoutRoomStays() {
        MovingDigitsConfig config = ConfigReader.with(MovingDigitsConfig.of(16, 1, 40, 3), "steering=true");
        assertThat(MovingDigits.of(config, 9).heldOut(0).tags().actions()).containsOnly(STAY);
        assertThat(digits(32, 1, 0, 9, false, true).heldOut(0).tags().actions()).containsOnly(STAY);
    }

    @Test
    void onlyActionsThatThereAreCanBeFollowed() {
        MovingDigits steered = digits(32, 1, 2, 8, false, true);
        for (List<Integer> wrong : List.of(List.<Integer>of(), List.of(RIGHT), List.of(STAY, 5), List.of(STAY, -1))) {
            assertThatThrownBy(() -> steered.heldOutScene(0, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the first to stay");
        }
        MovingDigits bouncing = digits(32, 1, 2, 8, false, false);
        assertThatThrownBy(() -> bouncing.heldOutScene(0, List.of(STAY)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("these digits are not steered");
        assertThat(steered.fingerprint()).isNotEqualTo(bouncing.fingerprint());
        assertThat(steered.description()).contains("2.0 pixels per frame, steered) from");
    }
}
