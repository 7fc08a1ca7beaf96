// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.function.IntUnaryOperator;

/** A picture that is drawn: colours are 0xRRGGBB, and edges are smoothed by how much of a pixel is covered. */
final class Canvas {
    private final int width;
    private final int height;
    private final byte[] pixels;

    Canvas(int width, int height) {
        this(width, height, new byte[width * height * World.CHANNELS]);
    }

    /** Draws over {@code pixels}, which stays the caller's. */
    Canvas(int width, int height, byte[] pixels) {
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    byte[] pixels() {
        return pixels;
    }

    /** Mixes a colour into a pixel: {@code share} of the new one. Pixels outside are left out. */
    void blend(int x, int y, int colour, double share) {
        if (x < 0 || y < 0 || x >= width || y >= height || share <= 0) {
            return;
        }
        int at = (y * width + x) * World.CHANNELS;
        for (int c = 0; c < World.CHANNELS; c++) {
            int old = pixels[at + c] & 0xff;
            double mixed = old + Math.min(1, share) * (channel(colour, c) - old);
            pixels[at + c] = (byte) (int) (mixed + 0.5);
        }
    }

    /** Fills the rectangle from (left, top) to (right, bottom), which may end between pixels. */
    void rectangle(double left, double top, double right, double bottom, int colour) {
        for (int y = (int) Math.floor(top); y < bottom; y++) {
            double rows = Math.min(bottom, y + 1) - Math.max(top, y);
            for (int x = (int) Math.floor(left); x < right; x++) {
                blend(x, y, colour, rows * (Math.min(right, x + 1) - Math.max(left, x)));
            }
        }
    }

    /** Fills a disc; its centre is a point between pixels, so (0.5, 0.5) is the middle of the first. */
    void disc(double x, double y, double radius, int colour) {
        for (int row = (int) Math.floor(y - radius - 1); row <= y + radius + 1; row++) {
            for (int column = (int) Math.floor(x - radius - 1); column <= x + radius + 1; column++) {
                blend(column, row, colour, discCover(column + 0.5 - x, row + 0.5 - y, radius));
            }
        }
    }

    /** Returns about how much of a pixel whose middle is at (dx, dy) from the centre a disc covers. */
    static double discCover(double dx, double dy, double radius) {
        return Math.max(0, Math.min(1, radius + 0.5 - Math.sqrt(dx * dx + dy * dy)));
    }

    /** Draws a small image of text: each letter is a colour of {@code palette}, a blank is left as it is. */
    void sprite(int left, int top, String[] rows, IntUnaryOperator palette) {
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length(); x++) {
                char letter = rows[y].charAt(x);
                if (letter != ' ') {
                    blend(left + x, top + y, palette.applyAsInt(letter), 1);
                }
            }
        }
    }

    static int channel(int colour, int c) {
        return colour >> (16 - 8 * c) & 0xff;
    }

    static int rgb(double red, double green, double blue) {
        return clamp(red) << 16 | clamp(green) << 8 | clamp(blue);
    }

    private static int clamp(double value) {
        return (int) Math.max(0, Math.min(255, value + 0.5));
    }

    /** Returns the colour that lies {@code share} of the way from one to another. */
    static int mix(int one, int other, double share) {
        double part = Math.max(0, Math.min(1, share));
        return rgb(
                channel(one, 0) + part * (channel(other, 0) - channel(one, 0)),
                channel(one, 1) + part * (channel(other, 1) - channel(one, 1)),
                channel(one, 2) + part * (channel(other, 2) - channel(one, 2)));
    }
}
