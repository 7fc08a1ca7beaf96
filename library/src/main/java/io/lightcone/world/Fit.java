// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

import java.util.Arrays;

/**
 * Says whether an image is the picture of a state but for slight damage, which is how all readers refuse what shows
 * none. Two things must hold. The worst square of 8 x 8 pixels must not differ by more than {@link #MOST_MISFIT}: one
 * square is enough to be no state, as with an erased half or a second ball. And the edges of the picture must be there:
 * at least {@link #LEAST_EDGES} of them, which a blurred image lacks where its squares differ little.
 *
 * <p>The picture may be as soft as a good model makes it: of the picture and two blurred ones (by a deviation of 0.5
 * and 0.7 pixels) the one that fits best counts.
 *
 * @param misfit the root mean square difference, in grey values, of the square that fits worst; 0 if they are equal
 * @param edges which share of the picture's differences between neighbouring pixels the image has, by least squares: 1
 *     if they are equal, 0 if it has none; noise hardly changes it
 */
record Fit(double misfit, double edges) {
    private static final int SIZE = World.SIZE;
    private static final int CHANNELS = World.CHANNELS;
    private static final int BLOCK = 8;
    /** The bytes after which a sum of squares is given up if it is too large already. */
    private static final int STRIDE = 48;

    /** The largest difference that is forgiven: the root mean square over a square of pixels, in grey values. */
    static final double MOST_MISFIT = 20;

    /** The least share of the picture's edges, of which blurring by 1 pixel leaves a third to a half. */
    static final double LEAST_EDGES = 0.43;

    /** The weight of each neighbour, of blurs with a deviation of 0.5 and 0.7 pixels. */
    private static final double[] NEIGHBOURS = {0.1065, 0.2096};

    /** The largest difference at which no other state needs to be looked for. */
    private static final double CERTAIN = 8;

    static void requirePicture(byte[] image) {
        if (image.length != SIZE * SIZE * CHANNELS) {
            throw new IllegalArgumentException(
                    "a picture has " + SIZE * SIZE * CHANNELS + " bytes, not " + image.length);
        }
    }

    /** Compares an image with the picture of a state. */
    static Fit of(byte[] image, byte[] picture) {
        double best = worstBlock(image, picture);
        for (int i = 0; i < NEIGHBOURS.length && best > CERTAIN; i++) {
            best = Math.min(best, worstBlock(image, blurred(picture, NEIGHBOURS[i])));
        }
        return new Fit(best, edges(image, picture));
    }

    /** Returns whether the image is so close to the picture that no other one needs to be looked for. */
    boolean isCertain() {
        return misfit <= CERTAIN && isClose();
    }

    /** Returns whether the image is the picture but for slight damage. */
    boolean isClose() {
        return misfit <= MOST_MISFIT && edges >= LEAST_EDGES;
    }

    private static double edges(byte[] image, byte[] picture) {
        long both = 0;
        long own = 0;
        int row = SIZE * CHANNELS;
        for (int y = 0; y < SIZE; y++) {
            int bothHere = 0; // a row of products fits an int
            int ownHere = 0;
            for (int p = y * row; p < (y + 1) * row; p++) {
                int here = picture[p] & 0xff;
                int there = image[p] & 0xff;
                if (p >= y * row + CHANNELS) {
                    int step = here - (picture[p - CHANNELS] & 0xff);
                    bothHere += step * (there - (image[p - CHANNELS] & 0xff));
                    ownHere += step * step;
                }
                if (y > 0) {
                    int step = here - (picture[p - row] & 0xff);
                    bothHere += step * (there - (image[p - row] & 0xff));
                    ownHere += step * step;
                }
            }
            both += bothHere;
            own += ownHere;
        }
        return both / (double) Math.max(1, own);
    }

    private static double worstBlock(byte[] image, byte[] picture) {
        int side = SIZE / BLOCK;
        int[] sums = new int[side * side];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                int at = (y * SIZE + x) * CHANNELS;
                int red = (image[at] & 0xff) - (picture[at] & 0xff);
                int green = (image[at + 1] & 0xff) - (picture[at + 1] & 0xff);
                int blue = (image[at + 2] & 0xff) - (picture[at + 2] & 0xff);
                sums[y / BLOCK * side + x / BLOCK] += red * red + green * green + blue * blue;
            }
        }
        int most = 0;
        for (int sum : sums) {
            most = Math.max(most, sum);
        }
        return Math.sqrt(most / (double) (BLOCK * BLOCK * CHANNELS));
    }

    private static byte[] blurred(byte[] picture, double weight) {
        return along(along(picture, weight, CHANNELS, SIZE), weight, SIZE * CHANNELS, SIZE);
    }

    /** Blurs along one axis: {@code stride} bytes lead to the next pixel of it, and there are {@code count}. */
    private static byte[] along(byte[] picture, double weight, int stride, int count) {
        byte[] result = new byte[picture.length];
        for (int p = 0; p < picture.length; p++) {
            int place = p / stride % count;
            int here = picture[p] & 0xff;
            int before = place == 0 ? here : picture[p - stride] & 0xff;
            int after = place == count - 1 ? here : picture[p + stride] & 0xff;
            result[p] = (byte) (int) (here + weight * (before + after - 2 * here) + 0.5);
        }
        return result;
    }

    /**
     * Returns the sum of squared differences of two pictures of one size, or some number of at least {@code most} if it
     * is that much.
     */
    static long squares(byte[] one, byte[] other, long most) {
        long sum = 0;
        for (int from = 0; from < one.length && sum < most; from += STRIDE) {
            int part = 0;
            for (int p = from; p < Math.min(one.length, from + STRIDE); p++) {
                int difference = (one[p] & 0xff) - (other[p] & 0xff);
                part += difference * difference;
            }
            sum += part;
        }
        return sum;
    }

    /** Returns the means of squares of {@code side x side} pixels, in the order H, W, C. */
    static byte[] means(byte[] image, int size, int side) {
        int small = size / side;
        int row = size * CHANNELS;
        byte[] means = new byte[small * small * CHANNELS];
        int[] sums = new int[small * CHANNELS];
        for (int y = 0; y < small; y++) {
            Arrays.fill(sums, side * side / 2);
            for (int p = y * side * row; p < (y + 1) * side * row; p += row) {
                for (int x = 0; x < small; x++) {
                    for (int q = p + x * side * CHANNELS; q < p + (x + 1) * side * CHANNELS; q += CHANNELS) {
                        sums[x * CHANNELS] += image[q] & 0xff;
                        sums[x * CHANNELS + 1] += image[q + 1] & 0xff;
                        sums[x * CHANNELS + 2] += image[q + 2] & 0xff;
                    }
                }
            }
            for (int i = 0; i < sums.length; i++) {
                means[y * sums.length + i] = (byte) (sums[i] / (side * side));
            }
        }
        return means;
    }
}
