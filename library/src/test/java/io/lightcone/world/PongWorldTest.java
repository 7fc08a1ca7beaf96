// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PongWorldTest {
    private static final PongWorld PONG = new PongWorld();

    private static Play<PongState> played(int frames) {
        return Play.of(PONG, PONG.reset(11), PONG.scripted(new SplittableRandom(11)), 0, frames);
    }

    @Test
    void theBallStaysBetweenWallsAndPaddles() {
        for (PongState state : played(20_000).states()) {
            PongView view = state.view();
            assertThat(view.ballX()).isBetween(PongField.OWN_PLANE, PongField.OPPONENT_PLANE);
            assertThat(view.ballY()).isBetween(PongField.TOP + PongField.RADIUS, PongField.BOTTOM - PongField.RADIUS);
        }
    }

    @Test
    void goalsAreWhereThePaddleIsNotAndTheScoreSaysSo() {
        List<PongState> states = played(20_000).states();
        int goals = 0;
        int games = 0;
        for (int t = 1; t < states.size(); t++) {
            PongView before = states.get(t - 1).view();
            PongView now = states.get(t).view();
            if (before.ownScore() == now.ownScore() && before.opponentScore() == now.opponentScore()) {
                continue;
            }
            goals++;
            boolean own = before.ballX() > PongField.MIDDLE_X;
            double paddle = own ? now.opponent() : now.own();
            double arrival =
                    PongWorld.reflected(before.ballY() + states.get(t - 1).velocityY());
            assertThat(Math.abs(arrival - paddle)).isGreaterThan(PongField.HALF_PADDLE + PongField.RADIUS);
            assertThat(now)
                    .isEqualTo(PongWorld.scored(
                            new PongView(
                                    now.own(),
                                    now.opponent(),
                                    before.ballX(),
                                    before.ballY(),
                                    before.ownScore(),
                                    before.opponentScore()),
                            own));
            games += now.ownScore() + now.opponentScore() == 0 ? 1 : 0;
        }
        assertThat(goals).isGreaterThan(50);
        assertThat(games).isGreaterThan(3);
    }

    @Test
    void bothSidesScoreUpToNine() {
        List<PongState> states = played(40_000).states();
        assertThat(states).anyMatch(state -> state.view().ownScore() == 9);
        assertThat(states).anyMatch(state -> state.view().opponentScore() == 9);
    }

    /** Each of these is no move that pong can make. */
    @Test
    void brokenRulesAreFound() {
        PongView one = new PongView(30, 40, 30, 30, 3, 4);
        PongView two = new PongView(30, 40, 32, 31, 3, 4);
        assertThat(broken(one, two, new PongView(30, 40, 34, 32, 3, 4))).isEmpty();
        assertThat(broken(one, two, new PongView(32, 40, 34, 32, 3, 4))).containsExactly(PongRules.PADDLE);
        assertThat(broken(one, two, new PongView(30, 43, 34, 32, 3, 4))).containsExactly(PongRules.OPPONENT);
        assertThat(broken(one, two, new PongView(30, 40, 34, 32, 4, 4))).containsExactly(PongRules.SCORE);
        assertThat(broken(one, two, new PongView(30, 40, 38, 32, 3, 4))).containsExactly(PongRules.JUMP);
        assertThat(broken(one, two, new PongView(30, 40, 30, 32, 3, 4))).containsExactly(PongRules.BEND);
        assertThat(broken(one, two, new PongView(30, 40, 34, 29.2, 3, 4))).containsExactly(PongRules.BEND);
        assertThat(broken(one, two, new PongView(30, 40, 32.2, 32, 3, 4)))
                .containsExactlyInAnyOrder(PongRules.STOP, PongRules.BEND);
        assertThat(broken(
                        new PongView(30, 40, 30, 15, 3, 4),
                        new PongView(30, 40, 32, 15, 3, 4),
                        new PongView(30, 40, 34, 13.5, 3, 4)))
                .containsExactly(PongRules.WALL);
    }

    /** Returns what is seen of a ball at row 30, at a distance from the own paddle or from the opponent's. */
    private static PongView near(boolean own, double paddle, double distance) {
        return own
                ? new PongView(paddle, 40, 8 + distance, 30, 3, 4)
                : new PongView(40, paddle, 56 - distance, 30, 3, 4);
    }

    /** Returns what is seen after a goal of one of the two. */
    private static PongView goal(boolean own, double paddle, boolean ofOwn) {
        return new PongView(
                own ? paddle : 40,
                own ? 40 : paddle,
                PongField.MIDDLE_X,
                PongField.MIDDLE_Y,
                ofOwn ? 4 : 3,
                ofOwn ? 4 : 5);
    }

    /** The planes of the paddles are at columns 8 and 56. */
    @ParameterizedTest(name = "own {0}")
    @ValueSource(booleans = {true, false})
    void aBallThatPassesAPaddleOrTurnsWithoutOneIsFound(boolean own) {
        PongView one = near(own, 30, 4);
        PongView two = near(own, 30, 2);
        assertThat(broken(one, two, near(own, 30, 0))).isEmpty();
        assertThat(broken(one, two, near(own, 30, -1.5))).contains(PongRules.PASS);
        assertThat(broken(one, two, goal(own, 30, !own))).containsExactly(PongRules.PASS);
        assertThat(broken(one, two, near(own, 30, 4))).isEmpty();
        PongView far = near(own, 52, 4);
        PongView away = near(own, 52, 2);
        assertThat(broken(far, away, goal(own, 52, !own))).isEmpty();
        assertThat(broken(far, away, goal(own, 52, own)))
                .as("a goal of the wrong side")
                .containsExactly(PongRules.SCORE);
        assertThat(broken(far, away, near(own, 52, 4))).containsExactly(PongRules.BEND);
    }

    /** Whatever is left out of a true game, what is left breaks no rule. */
    @Test
    void trueGamesBreakNoRulesAcrossGaps() {
        for (long seed = 0; seed < 10; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Policy<PongState> policy = seed % 2 == 0 ? PONG.scripted(random) : Policies.random(PONG, random);
            List<PongView> views = Play.of(PONG, PONG.reset(seed), policy, 0, 3_000).states().stream()
                    .map(PongState::view)
                    .toList();
            int changes = 0;
            for (int t = 0; t + 100 < views.size(); t += 7) {
                for (int steps = 2; steps <= 100; steps += 1 + random.nextInt(6)) {
                    PongView after = views.get(t + steps);
                    assertThat(PONG.brokenAcross(views.get(t), steps, after))
                            .as("%d steps from %s to %s", steps, views.get(t), after)
                            .isEmpty();
                    changes += sameScore(views.get(t), after) ? 0 : 1;
                }
            }
            assertThat(changes).as("gaps with goals").isGreaterThan(1_000);
        }
    }

    /** A goal that is seen two frames too soon is found, and so is a score that changes while the ball still flies. */
    @Test
    void goalsThatComeTooSoonAreFound() {
        List<PongState> states = played(20_000).states();
        int goals = 0;
        for (int t = 6; t < states.size(); t++) {
            PongView now = states.get(t).view();
            PongView before = states.get(t - 6).view();
            if (sameScore(states.get(t - 1).view(), now)) {
                continue;
            }
            goals++;
            assertThat(PONG.brokenAcross(before, 6, now)).isEmpty();
            assertThat(PONG.brokenAcross(before, 4, now)).containsExactly(PongRules.SCORE);
            PongView flying = states.get(t - 1).view();
            PongView early = new PongView(
                    flying.own(),
                    flying.opponent(),
                    flying.ballX(),
                    flying.ballY(),
                    now.ownScore(),
                    now.opponentScore());
            assertThat(PONG.brokenAcross(before, 5, early)).containsExactly(PongRules.SCORE);
        }
        assertThat(goals).isGreaterThan(50);
    }

    @Test
    void onlyAsManyGoalsAsThereIsTimeForAreBelieved() {
        PongView left = new PongView(30, 40, PongField.OWN_PLANE, 30, 3, 8);
        // A goal at once, and then one in every 23 frames: 10 of pause, 12 to the plane, and one behind it.
        assertThat(PONG.brokenAcross(left, 2, served(3, 9))).isEmpty();
        assertThat(PONG.brokenAcross(left, 23, served(4, 9))).containsExactly(PongRules.SCORE);
        assertThat(PONG.brokenAcross(left, 24, served(4, 9))).isEmpty();
        assertThat(PONG.brokenAcross(left, 23, served(0, 0))).containsExactly(PongRules.SCORE);
        assertThat(PONG.brokenAcross(left, 24, served(0, 0))).as("a new game").isEmpty();
        assertThat(PONG.brokenAcross(left, 46, served(1, 0))).containsExactly(PongRules.SCORE);
        assertThat(PONG.brokenAcross(left, 47, served(1, 0))).isEmpty();
        assertThat(PONG.brokenAcross(left, 23, served(4, 8)))
                .as("the other side")
                .containsExactly(PongRules.SCORE);
        assertThat(PONG.brokenAcross(left, 25, served(4, 8))).isEmpty();
        assertThat(PONG.brokenAcross(left, 100, served(2, 8))).containsExactly(PongRules.SCORE);
        assertThat(PONG.brokenAcross(left, 101, served(2, 8)))
                .as("too long ago to tell")
                .isEmpty();
    }

    private static PongView served(int own, int opponent) {
        return new PongView(30, 40, PongField.MIDDLE_X, PongField.MIDDLE_Y, own, opponent);
    }

    private static boolean sameScore(PongView one, PongView other) {
        return one.ownScore() == other.ownScore() && one.opponentScore() == other.opponentScore();
    }

    private static List<String> broken(PongView... views) {
        return PONG.broken(List.of(views), World.STAY);
    }

    @Test
    void keysAtAWallTellNothing() {
        PongView top = new PongView(19, 40, 30, 30, 0, 0);
        assertThat(PONG.obedience(top, 1, top)).isEqualTo(World.Obedience.UNKNOWN);
        assertThat(PONG.obedience(top, 2, top)).isEqualTo(World.Obedience.IGNORED);
        assertThat(PONG.obedience(top, 2, new PongView(21.3, 40, 32, 30, 0, 0))).isEqualTo(World.Obedience.FOLLOWED);
        assertThat(PONG.obedience(top, World.STAY, new PongView(21, 40, 32, 30, 0, 0)))
                .isEqualTo(World.Obedience.IGNORED);
    }
}
