// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static io.lightcone.world.PongField.BOTTOM;
import static io.lightcone.world.PongField.MIDDLE_X;
import static io.lightcone.world.PongField.MIDDLE_Y;
import static io.lightcone.world.PongField.OPPONENT_PLANE;
import static io.lightcone.world.PongField.OWN_PLANE;
import static io.lightcone.world.PongField.RADIUS;
import static io.lightcone.world.PongField.TOP;
import static io.lightcone.world.PongWorld.SPEED_X;

import io.lightcone.world.World.Obedience;
import java.util.ArrayList;
import java.util.List;

/** The rules of pong as far as pictures show them; positions are those of the reader, which may be half a pixel off. */
final class PongRules {
    static final String PADDLE = "the own paddle moves as its key says";
    static final String OPPONENT = "the opponent moves no faster than it can";
    static final String SCORE = "the score changes by goals only";
    static final String JUMP = "the ball does not jump";
    static final String STOP = "the ball does not stand still in play";
    static final String WALL = "the ball stays between the walls";
    static final String PASS = "the ball does not pass a paddle";
    static final String BEND = "the ball flies straight but for walls and paddles";
    static final List<String> NAMES = List.of(PADDLE, OPPONENT, SCORE, JUMP, STOP, WALL, PASS, BEND);

    /** By how many pixels positions may differ: below half a step of the paddle. */
    private static final double TOLERANCE = 0.75;

    /** The most steps over which changes of the score are judged: time for five goals. */
    private static final int MOST_STEPS = 100;

    private PongRules() {}

    static Obedience obedience(PongView before, int action, PongView after) {
        double expected = PongWorld.moved(before.own(), action);
        boolean free = action == World.STAY || Math.abs(expected - before.own()) > PongWorld.PADDLE_SPEED / 2;
        if (!free) {
            return Obedience.UNKNOWN;
        }
        return Math.abs(after.own() - expected) <= TOLERANCE ? Obedience.FOLLOWED : Obedience.IGNORED;
    }

    static List<String> broken(List<PongView> recent, int action) {
        PongView now = recent.get(recent.size() - 1);
        PongView before = recent.get(recent.size() - 2);
        PongView earlier = recent.size() > 2 ? recent.get(recent.size() - 3) : before;
        List<String> broken = new ArrayList<>();
        note(broken, PADDLE, Math.abs(now.own() - PongWorld.moved(before.own(), action)) > TOLERANCE);
        double opponent = Math.abs(now.opponent() - before.opponent());
        note(broken, OPPONENT, opponent > PongWorld.OPPONENT_SPEED + TOLERANCE);
        note(broken, WALL, now.ballY() < TOP + RADIUS - TOLERANCE || now.ballY() > BOTTOM - RADIUS + TOLERANCE);
        if (sameScore(before, now)) {
            flight(broken, earlier, before, now, recent.size() > 2);
        } else {
            goal(broken, earlier, before, now, recent.size() > 2);
        }
        return broken;
    }

    private static void note(List<String> broken, String rule, boolean holds) {
        if (holds) {
            broken.add(rule);
        }
    }

    private static boolean sameScore(PongView a, PongView b) {
        return a.ownScore() == b.ownScore() && a.opponentScore() == b.opponentScore();
    }

    /** Checks a change of the score: the ball was about to pass a paddle that did not reach it. */
    private static void goal(List<String> broken, PongView earlier, PongView before, PongView now, boolean hasEarlier) {
        boolean left = before.ballX() < MIDDLE_X;
        double plane = left ? OWN_PLANE : OPPONENT_PLANE;
        PongView expected = PongWorld.scored(before, !left);
        boolean right = sameScore(expected, now)
                && Math.abs(before.ballX() - plane) <= SPEED_X + TOLERANCE
                && isServed(now)
                && !isServed(before);
        note(broken, SCORE, !right);
        if (right && hasEarlier) {
            double arrival = PongWorld.reflected(before.ballY() + (before.ballY() - earlier.ballY()));
            double paddle = left ? now.own() : now.opponent();
            double reach = PongField.HALF_PADDLE + RADIUS;
            // Two positions make the direction, and the ball may have bounced off a wall: give it twice the tolerance.
            note(broken, PASS, Math.abs(arrival - paddle) <= reach - 2 * TOLERANCE && !nearWall(earlier, before));
        }
    }

    /**
     * Returns whether the score changed by more than there was time for. A ball needs so many frames to the one side or
     * the other, then the pause and the way from the middle for each goal more, and at last the pause and the way to
     * where it is seen.
     */
    static List<String> brokenAcross(PongView before, int steps, PongView after) {
        if (steps > MOST_STEPS || sameScore(before, after)) {
            return List.of();
        }
        return scores(before, 0, steps - sinceGoal(after), after) ? List.of() : List.of(SCORE);
    }

    /**
     * Returns whether goals may have led from one score to another.
     *
     * @param pause the frames that the ball lies exactly in the middle before it moves, or 0 if it was read where it is
     * @param steps the steps up to the last of the goals
     */
    private static boolean scores(PongView from, int pause, int steps, PongView to) {
        for (boolean own : new boolean[] {false, true}) {
            double way = own ? OPPONENT_PLANE - from.ballX() : from.ballX() - OWN_PLANE;
            int left = steps - pause - stepsBeyond(pause == 0 ? way - TOLERANCE : way);
            PongView scored = PongWorld.scored(from, own);
            if (left >= 0 && (sameScore(scored, to) || scores(scored, PongWorld.PAUSE, left, to))) {
                return true;
            }
        }
        return false;
    }

    /** Returns the least number of steps in which a ball is further than {@code way}, and so behind a plane. */
    private static int stepsBeyond(double way) {
        return 1 + (int) (Math.max(0, way) / SPEED_X);
    }

    /** Returns the least number of steps from a goal to what is seen. */
    private static int sinceGoal(PongView view) {
        double way = Math.max(Math.abs(view.ballX() - MIDDLE_X), Math.abs(view.ballY() - MIDDLE_Y));
        return way <= TOLERANCE ? 0 : PongWorld.PAUSE + (int) Math.ceil((way - TOLERANCE) / SPEED_X);
    }

    private static boolean isServed(PongView view) {
        return Math.abs(view.ballX() - MIDDLE_X) <= TOLERANCE && Math.abs(view.ballY() - MIDDLE_Y) <= TOLERANCE;
    }

    private static void flight(
            List<String> broken, PongView earlier, PongView before, PongView now, boolean hasEarlier) {
        double x = now.ballX() - before.ballX();
        double y = now.ballY() - before.ballY();
        boolean jumps = Math.abs(x) > SPEED_X + TOLERANCE || Math.abs(y) > PongWorld.MOST_SPEED_Y + TOLERANCE;
        note(broken, JUMP, jumps);
        boolean passes = now.ballX() < OWN_PLANE - TOLERANCE || now.ballX() > OPPONENT_PLANE + TOLERANCE;
        note(broken, PASS, passes);
        boolean atPaddle = nearPlane(before) || nearPlane(now);
        boolean waits = isServed(before) && isServed(now);
        note(broken, STOP, Math.abs(x) < SPEED_X - TOLERANCE && !waits && !atPaddle);
        boolean begins = hasEarlier && isServed(earlier) && isServed(before);
        if (!hasEarlier || jumps || passes || begins || waits || !sameScore(earlier, before)) {
            return;
        }
        double turnX = Math.abs(x - (before.ballX() - earlier.ballX()));
        double turnY = Math.abs(y - (before.ballY() - earlier.ballY()));
        boolean hit = isHit(before) || isHit(now);
        boolean straight = (turnX <= 2 * TOLERANCE || hit)
                && (turnY <= 2 * TOLERANCE || hit || isHit(earlier) || nearWall(before, now));
        note(broken, BEND, !straight);
    }

    private static boolean nearPlane(PongView view) {
        return Math.min(view.ballX() - OWN_PLANE, OPPONENT_PLANE - view.ballX()) <= SPEED_X + TOLERANCE;
    }

    private static boolean nearWall(PongView one, PongView other) {
        double least = Math.min(one.ballY(), other.ballY()) - (TOP + RADIUS);
        double most = BOTTOM - RADIUS - Math.max(one.ballY(), other.ballY());
        return Math.min(least, most) <= PongWorld.MOST_SPEED_Y + TOLERANCE;
    }

    /** Returns whether the ball may just have been hit: it is at the plane of a paddle that reaches it. */
    private static boolean isHit(PongView view) {
        double paddle = view.ballX() < MIDDLE_X ? view.own() : view.opponent();
        double reach = PongField.HALF_PADDLE + RADIUS + TOLERANCE;
        return nearPlane(view) && Math.abs(view.ballY() - paddle) <= reach;
    }
}
