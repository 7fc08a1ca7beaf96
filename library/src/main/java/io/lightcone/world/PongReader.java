// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.Optional;

/**
 * Reads a picture of pong. Each thing is found by how far pixels are on the way from the background to its colour:
 * paddles and ball are where the middle of that is, which noise and a little blur leave in place, and digits are those
 * that fit best. What was found is drawn, and the picture is refused unless it fits.
 */
final class PongReader {
    private static final double FAINT = 0.2;
    /** The pixels, on each side of the one with the most of the ball around it, that its middle is taken from. */
    private static final int REACH = 3;

    private static final double LEAST_BALL = 4;
    private static final double LEAST_PADDLE = 6;

    private PongReader() {}

    static Optional<PongView> read(byte[] image) {
        Fit.requirePicture(image);
        double own = paddle(image, PongField.OWN_LEFT, PongField.OWN);
        double opponent = paddle(image, PongField.OPPONENT_LEFT, PongField.OPPONENT);
        double[] ball = ball(image);
        if (Double.isNaN(own) || Double.isNaN(opponent) || ball.length == 0) {
            return Optional.empty();
        }
        PongView view = new PongView(
                own,
                opponent,
                ball[0],
                ball[1],
                digit(image, PongField.OWN_SCORE_LEFT, PongField.OWN),
                digit(image, PongField.OPPONENT_SCORE_LEFT, PongField.OPPONENT));
        return Fit.of(image, PongField.draw(view)).isClose() ? Optional.of(view) : Optional.empty();
    }

    /** Returns the middle row of a paddle, or NaN where there is too little of it. */
    private static double paddle(byte[] image, int left, int colour) {
        double mass = 0;
        double moment = 0;
        for (int y = (int) PongField.TOP; y < PongField.BOTTOM; y++) {
            double cover = 0;
            for (int x = left; x < left + PongField.PADDLE_WIDTH; x++) {
                cover += share(image, x, y, colour) / PongField.PADDLE_WIDTH;
            }
            if (cover > FAINT / 2) {
                mass += cover;
                moment += cover * (y + 0.5);
            }
        }
        return mass < LEAST_PADDLE ? Double.NaN : moment / mass;
    }

    /** Returns the middle of the ball, columns and rows; nothing where there is too little of it. */
    private static double[] ball(byte[] image) {
        int left = PongField.OWN_LEFT + PongField.PADDLE_WIDTH;
        int right = PongField.OPPONENT_LEFT;
        int top = (int) PongField.TOP;
        int bottom = (int) PongField.BOTTOM;
        int width = right - left;
        double[] cover = new double[width * (bottom - top)];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                double share = share(image, x, y, PongField.BALL);
                cover[(y - top) * width + x - left] = share > FAINT ? share : 0;
            }
        }
        int best = 0;
        double most = -1;
        for (int p = 0; p < cover.length; p++) {
            double around = cover[p] > 0 ? sums(cover, width, p, 2)[0] : 0;
            if (around > most) {
                most = around;
                best = p;
            }
        }
        double[] sums = sums(cover, width, best, REACH);
        return sums[0] < LEAST_BALL
                ? new double[0]
                : new double[] {left + sums[1] / sums[0] + 0.5, top + sums[2] / sums[0] + 0.5};
    }

    /** Returns the sum of what is covered around a pixel, and that of its columns and rows. */
    private static double[] sums(double[] cover, int width, int middle, int reach) {
        int height = cover.length / width;
        double[] sums = new double[3];
        for (int y = Math.max(0, middle / width - reach); y <= Math.min(height - 1, middle / width + reach); y++) {
            for (int x = Math.max(0, middle % width - reach); x <= Math.min(width - 1, middle % width + reach); x++) {
                double here = cover[y * width + x];
                sums[0] += here;
                sums[1] += here * x;
                sums[2] += here * y;
            }
        }
        return sums;
    }

    /** Returns how far a pixel is on the way from the background to a colour, from 0 to 1. */
    private static double share(byte[] image, int x, int y, int colour) {
        int at = (y * World.SIZE + x) * World.CHANNELS;
        double along = 0;
        double whole = 0;
        for (int c = 0; c < World.CHANNELS; c++) {
            int back = PongField.background()[at + c] & 0xff;
            int way = Canvas.channel(colour, c) - back;
            along += way * ((image[at + c] & 0xff) - back);
            whole += way * way;
        }
        return Math.max(0, Math.min(1, along / whole));
    }

    private static int digit(byte[] image, int left, int colour) {
        int best = 0;
        double least = Double.MAX_VALUE;
        for (int digit = 0; digit <= 9; digit++) {
            double error = 0;
            for (int y = 0; y < PongField.DIGIT_HEIGHT; y++) {
                for (int x = 0; x < PongField.DIGIT_WIDTH; x++) {
                    double share = share(image, left + x, PongField.DIGIT_TOP + y, colour);
                    double missing = share - (PongField.isInk(digit, x, y) ? 1 : 0);
                    error += missing * missing;
                }
            }
            if (error < least) {
                least = error;
                best = digit;
            }
        }
        return best;
    }
}
