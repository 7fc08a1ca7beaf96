// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/** The measures of the field of pong, in pixels, and how a picture of it is drawn. */
final class PongField {
    static final double TOP = 13;
    static final double BOTTOM = 62;
    static final double MIDDLE_X = 32;
    static final double MIDDLE_Y = (TOP + BOTTOM) / 2;
    static final double RADIUS = 2;
    static final double HALF_PADDLE = 6;

    static final int OWN_LEFT = 3;
    static final int OPPONENT_LEFT = 58;
    static final int PADDLE_WIDTH = 3;

    /** Where the middle of the ball is when it touches a paddle. */
    static final double OWN_PLANE = OWN_LEFT + PADDLE_WIDTH + RADIUS;

    static final double OPPONENT_PLANE = OPPONENT_LEFT - RADIUS;

    static final int OWN_SCORE_LEFT = 17;
    static final int OPPONENT_SCORE_LEFT = 41;
    static final int DIGIT_TOP = 1;
    static final int DIGIT_WIDTH = 6;
    static final int DIGIT_HEIGHT = 10;

    static final int OWN = 0xff9a3c;
    static final int OPPONENT = 0x4cc9f0;
    static final int BALL = 0xfff6d8;
    private static final int FIELD = 0x1b2452;
    private static final int BOARD = 0x0c1029;
    private static final int WALL = 0x7482c4;
    private static final int NET = 0x34407c;

    /** The digits, 3 columns and 5 rows each, from the top; each cell is drawn as 2 x 2 pixels. */
    private static final String[] DIGITS = {
        "###" + "# #" + "# #" + "# #" + "###",
        " # " + "## " + " # " + " # " + "###",
        "###" + "  #" + "###" + "#  " + "###",
        "###" + "  #" + "###" + "  #" + "###",
        "# #" + "# #" + "###" + "  #" + "  #",
        "###" + "#  " + "###" + "  #" + "###",
        "###" + "#  " + "###" + "# #" + "###",
        "###" + "  #" + "  #" + "  #" + "  #",
        "###" + "# #" + "###" + "# #" + "###",
        "###" + "# #" + "###" + "  #" + "###"
    };

    private static final byte[] EMPTY = empty();

    private PongField() {}

    private static byte[] empty() {
        Canvas canvas = new Canvas(World.SIZE, World.SIZE);
        canvas.rectangle(0, 0, World.SIZE, World.SIZE, FIELD);
        canvas.rectangle(0, 0, World.SIZE, TOP - 2, BOARD);
        for (int y = (int) TOP + 2; y < BOTTOM; y += 6) {
            canvas.rectangle(MIDDLE_X - 1, y, MIDDLE_X + 1, y + 3, NET);
        }
        canvas.rectangle(0, TOP - 2, World.SIZE, TOP, WALL);
        canvas.rectangle(0, BOTTOM, World.SIZE, World.SIZE, WALL);
        return canvas.pixels();
    }

    /** Returns the picture of a field without anything that moves; not to be changed. */
    static byte[] background() {
        return EMPTY;
    }

    static byte[] draw(PongView view) {
        byte[] pixels = EMPTY.clone();
        Canvas canvas = new Canvas(World.SIZE, World.SIZE, pixels);
        digit(canvas, OWN_SCORE_LEFT, view.ownScore(), OWN);
        digit(canvas, OPPONENT_SCORE_LEFT, view.opponentScore(), OPPONENT);
        paddle(canvas, OWN_LEFT, view.own(), OWN);
        paddle(canvas, OPPONENT_LEFT, view.opponent(), OPPONENT);
        canvas.disc(view.ballX(), view.ballY(), RADIUS, BALL);
        return pixels;
    }

    private static void paddle(Canvas canvas, int left, double middle, int colour) {
        canvas.rectangle(left, middle - HALF_PADDLE, left + PADDLE_WIDTH, middle + HALF_PADDLE, colour);
    }

    private static void digit(Canvas canvas, int left, int digit, int colour) {
        for (int y = 0; y < DIGIT_HEIGHT; y++) {
            for (int x = 0; x < DIGIT_WIDTH; x++) {
                if (isInk(digit, x, y)) {
                    canvas.blend(left + x, DIGIT_TOP + y, colour, 1);
                }
            }
        }
    }

    /** Returns whether a pixel of a digit, counted from its upper left corner, has the colour of its side. */
    static boolean isInk(int digit, int x, int y) {
        return DIGITS[digit].charAt(y / 2 * 3 + x / 2) == '#';
    }
}
