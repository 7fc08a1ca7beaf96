// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * What a picture of pong shows: places in pixels, counted from the upper left corner of the picture.
 *
 * @param own middle of the own paddle, on the left: rows from the top
 * @param opponent middle of the other paddle, on the right: rows from the top
 * @param ballX middle of the ball: columns from the left
 * @param ballY middle of the ball: rows from the top
 * @param ownScore goals of the own side, 0 to 9
 * @param opponentScore goals of the other side, 0 to 9
 */
public record PongView(double own, double opponent, double ballX, double ballY, int ownScore, int opponentScore) {
    public PongView {
        if (ownScore < 0 || ownScore > 9 || opponentScore < 0 || opponentScore > 9) {
            throw new IllegalArgumentException("scores lie between 0 and 9, not " + ownScore + ":" + opponentScore);
        }
    }
}
