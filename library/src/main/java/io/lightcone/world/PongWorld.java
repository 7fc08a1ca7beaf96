// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import static io.lightcone.world.PongField.BOTTOM;
import static io.lightcone.world.PongField.HALF_PADDLE;
import static io.lightcone.world.PongField.MIDDLE_X;
import static io.lightcone.world.PongField.MIDDLE_Y;
import static io.lightcone.world.PongField.OPPONENT_PLANE;
import static io.lightcone.world.PongField.OWN_PLANE;
import static io.lightcone.world.PongField.RADIUS;
import static io.lightcone.world.PongField.TOP;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Pong: the player moves the left paddle up and down, an opponent that follows the ball with a delay the right one. The
 * ball bounces off walls and paddles; where it misses a paddle it is a goal, the score at the top says so from that
 * frame on, and the ball lies in the middle for half a second. A goal of a side that has nine begins a new game at 0:0.
 * So the score is the only trace of what happened long ago.
 */
public final class PongWorld implements World<PongState, PongView> {
    static final String NAME = "pong";

    static final double PADDLE_SPEED = 2;
    static final double OPPONENT_SPEED = 1.6;
    /** The columns that a served ball moves by in a frame, always: 24 frames from one paddle to the other. */
    static final double SPEED_X = 2;

    /** The most rows that the ball moves by in a frame. */
    static final double MOST_SPEED_Y = 2;

    /** The frames between a goal, or the begin of a game, and the frame from which the ball moves. */
    static final int PAUSE = 10;

    private static final double DELAY = 0.25;
    private static final double SLIP = 10;
    private static final List<String> ACTIONS = List.of("stay", "up", "down");
    private static final int UP = 1;

    /** Creates the one field there is. */
    public PongWorld() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> actions() {
        return ACTIONS;
    }

    /** Returns a game in progress, at any score, whose next ball is about to be served. */
    @Override
    public PongState reset(long seed) {
        long random = Noise.mix(seed);
        long[] draws = new long[4];
        for (int i = 0; i < draws.length; i++) {
            random = Noise.next(random);
            draws[i] = random;
        }
        double room = BOTTOM - TOP - 2 * HALF_PADDLE;
        PongView view = new PongView(
                TOP + HALF_PADDLE + room * Noise.unit(draws[0]),
                TOP + HALF_PADDLE + room * Noise.unit(draws[1]),
                MIDDLE_X,
                MIDDLE_Y,
                (int) (10 * Noise.unit(draws[2])),
                (int) (10 * Noise.unit(draws[3])));
        return new PongState(view, 0, 0, PAUSE, view.opponent(), 0, random);
    }

    @Override
    public PongState step(PongState state, int action) {
        Objects.checkIndex(action, ACTIONS.size());
        PongView view = state.view();
        double own = moved(view.own(), action);
        double target = state.velocityX() > 0 ? view.ballY() + state.slip() : MIDDLE_Y;
        double aim = state.aim() + DELAY * (target - state.aim());
        double opponent = withinField(
                view.opponent() + within(aim - view.opponent(), -OPPONENT_SPEED, OPPONENT_SPEED), HALF_PADDLE);
        PongState next = new PongState(
                new PongView(own, opponent, view.ballX(), view.ballY(), view.ownScore(), view.opponentScore()),
                state.velocityX(),
                state.velocityY(),
                state.pause(),
                aim,
                state.slip(),
                state.random());
        return state.pause() > 0 ? waited(next) : flown(next);
    }

    /** Returns where the own paddle is after an action. */
    static double moved(double own, int action) {
        return action == STAY ? own : withinField(own + (action == UP ? -PADDLE_SPEED : PADDLE_SPEED), HALF_PADDLE);
    }

    private static double withinField(double y, double half) {
        return within(y, TOP + half, BOTTOM - half);
    }

    private static double within(double value, double least, double most) {
        return Math.max(least, Math.min(most, value));
    }

    /** Serves the ball at the end of the pause: to either side, in any direction. */
    private static PongState waited(PongState state) {
        if (state.pause() > 1) {
            return ball(state, state.view(), 0, 0, state.pause() - 1, state.slip(), state.random());
        }
        long side = Noise.next(state.random());
        long slope = Noise.next(side);
        double x = Noise.unit(side) < 0.5 ? -SPEED_X : SPEED_X;
        double y = (2 * Noise.unit(slope) - 1) * 0.75 * MOST_SPEED_Y;
        return ball(state, state.view(), x, y, 0, 0, slope);
    }

    private static PongState ball(
            PongState state, PongView view, double x, double y, int pause, double slip, long random) {
        return new PongState(view, x, y, pause, state.aim(), slip, random);
    }

    private static PongState flown(PongState state) {
        PongView view = state.view();
        double x = view.ballX() + state.velocityX();
        double y = view.ballY() + state.velocityY();
        double velocityY = state.velocityY();
        double reflected = reflected(y);
        if (reflected != y) {
            velocityY = -velocityY;
        }
        if (x < OWN_PLANE) {
            return covers(view.own(), reflected)
                    ? hit(state, 2 * OWN_PLANE - x, reflected, reflected - view.own())
                    : goal(state, false);
        }
        if (x > OPPONENT_PLANE) {
            return covers(view.opponent(), reflected)
                    ? hit(state, 2 * OPPONENT_PLANE - x, reflected, reflected - view.opponent())
                    : goal(state, true);
        }
        return ball(state, at(view, x, reflected), state.velocityX(), velocityY, 0, state.slip(), state.random());
    }

    /** Returns the row of a ball that would be at {@code y} if there were no walls. */
    static double reflected(double y) {
        double least = TOP + RADIUS;
        double most = BOTTOM - RADIUS;
        return y < least ? 2 * least - y : y > most ? 2 * most - y : y;
    }

    /** Returns whether a paddle reaches a ball that is at its plane. */
    static boolean covers(double paddle, double ballY) {
        return Math.abs(ballY - paddle) <= HALF_PADDLE + RADIUS;
    }

    private static PongView at(PongView view, double x, double y) {
        return new PongView(view.own(), view.opponent(), x, y, view.ownScore(), view.opponentScore());
    }

    /** Sends the ball back, the steeper the further from the middle of the paddle it was hit. */
    private static PongState hit(PongState state, double x, double y, double offset) {
        long spin = Noise.next(state.random());
        long slip = Noise.next(spin);
        double steepness = offset / (HALF_PADDLE + RADIUS) + 0.3 * (2 * Noise.unit(spin) - 1);
        double velocityY = within(MOST_SPEED_Y * steepness, -MOST_SPEED_Y, MOST_SPEED_Y);
        double misjudged = SLIP * (2 * Noise.unit(slip) - 1);
        return ball(state, at(state.view(), x, y), -state.velocityX(), velocityY, 0, misjudged, slip);
    }

    private static PongState goal(PongState state, boolean own) {
        PongView scored = scored(state.view(), own);
        return ball(state, scored, 0, 0, PAUSE, state.slip(), state.random());
    }

    /** Returns what is seen after a goal of one side. */
    static PongView scored(PongView view, boolean own) {
        int left = view.ownScore() + (own ? 1 : 0);
        int right = view.opponentScore() + (own ? 0 : 1);
        boolean over = left > 9 || right > 9;
        return new PongView(view.own(), view.opponent(), MIDDLE_X, MIDDLE_Y, over ? 0 : left, over ? 0 : right);
    }

    @Override
    public PongView visible(PongState state) {
        return state.view();
    }

    @Override
    public String words(PongView view) {
        return "score " + view.ownScore() + ":" + view.opponentScore() + ", ball at " + Math.round(view.ballX()) + ", "
                + Math.round(view.ballY());
    }

    @Override
    public byte[] picture(PongView view) {
        return PongField.draw(view);
    }

    @Override
    public Optional<PongView> read(byte[] image) {
        return PongReader.read(image);
    }

    @Override
    public Policy<PongState> scripted(RandomGenerator random) {
        return new PongPlayer(random);
    }

    @Override
    public List<String> rules() {
        return PongRules.NAMES;
    }

    @Override
    public List<String> broken(List<PongView> recent, int action) {
        return PongRules.broken(recent, action);
    }

    @Override
    public List<String> brokenAcross(PongView before, int steps, PongView after) {
        return PongRules.brokenAcross(before, steps, after);
    }

    @Override
    public Obedience obedience(PongView before, int action, PongView after) {
        return PongRules.obedience(before, action, after);
    }

    @Override
    public Map<String, Double> differences(PongView one, PongView other) {
        Map<String, Double> differences = new LinkedHashMap<>();
        differences.put("own paddle (pixels)", Math.abs(one.own() - other.own()));
        differences.put("opponent (pixels)", Math.abs(one.opponent() - other.opponent()));
        double x = one.ballX() - other.ballX();
        double y = one.ballY() - other.ballY();
        differences.put("ball (pixels)", Math.sqrt(x * x + y * y));
        differences.put(
                "score (goals)",
                (double) Math.abs(one.ownScore() - other.ownScore())
                        + Math.abs(one.opponentScore() - other.opponentScore()));
        return differences;
    }

    @Override
    public List<Integer> roundTrip(PongState state, int away) {
        return List.of();
    }
}
