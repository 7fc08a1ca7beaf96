// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.random.RandomGenerator;

/**
 * Plays pong as a person would: follows a ball that comes near, aims with any part of the paddle, and now and then lets
 * the key be for a while or holds a wrong one.
 */
final class PongPlayer implements Policy<PongState> {
    private static final double LAPSE = 0.03;
    private static final int LONGEST_LAPSE = 12;
    private static final double NEW_AIM = 0.05;

    private final RandomGenerator random;
    private double offset;
    private int lapse;
    private int held;

    PongPlayer(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public int act(PongState state) {
        if (lapse > 0) {
            lapse--;
            return held;
        }
        if (random.nextDouble() < LAPSE) {
            lapse = random.nextInt(LONGEST_LAPSE);
            held = random.nextInt(3);
            return held;
        }
        if (random.nextDouble() < NEW_AIM) {
            offset = (2 * random.nextDouble() - 1) * PongField.HALF_PADDLE;
        }
        PongView view = state.view();
        double target = state.velocityX() < 0 ? view.ballY() + offset : PongField.MIDDLE_Y + offset;
        double way = target - view.own();
        return Math.abs(way) < PongWorld.PADDLE_SPEED ? World.STAY : way < 0 ? 1 : 2;
    }
}
