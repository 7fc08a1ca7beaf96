// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.world;

/**
 * Says whether an image is the picture of a state but for slight damage, which is how all readers refuse what shows
 * none. Two things must hold. The worst square of 8 x 8 pixels must not differ by more than {@link #MOST_MISFIT}: one
 * square is enough to be no state, as with an erased half or a second ball. And the edges of the picture must be there:
 * at least {@link #LEAST_EDGES} of them, which a blurred image lacks where its squares differ little.
 *
 * <p>The picture may be as soft as a good model makes it: of the picture and two blurred ones (by a deviation of 0.5
 * and 0.7 pixels) the one that fits best counts.
 */
final class Fit {
    private static final int SIZE = World.SIZE;
    private static final int CHANNELS = World.CHANNELS;
    private static final int BLOCK = 8;

    /** The largest difference that is forgiven: the root mean square over a square of pixels, in grey values. */
    static final double MOST_MISFIT = 20;

    /** The least share of the picture's edges, which blurring by 1 pixel nearly halves. */
    static final double LEAST_EDGES = 0.5;

    /** The weight of each neighbour, of blurs with a deviation of 0, 0.5 and 0.7 pixels. */
    private static final double[] NEIGHBOURS = {0, 0.1065, 0.2096};

    private Fit() {}

    static void requirePicture(byte[] image) {
        if (image.length != SIZE * SIZE * CHANNELS) {
            throw new IllegalArgumentException("a picture has " + SIZE * SIZE * CHANNELS + " bytes, not " + image.length);
        }
    }

    /** Returns whether {@code image} is {@code picture} but for slight damage. */
    static boolean isClose(byte[] image, byte[] picture) {
        return worst(image, picture) <= MOST_MISFIT && edges(image, picture) >= LEAST_EDGES;
    }

    /**
     * Returns which share of the picture's differences between neighbouring pixels the image has, by least squares: 1
     * if they are equal, 0 if it has none. Noise hardly changes it.
     */
    static double edges(byte[] image, byte[] picture) {
        long both = 0;
        long own = 0;
        int row = SIZE * CHANNELS;
        for (int p = 0; p < picture.length; p++) {
            int here = picture[p] & 0xff;
            int there = image[p] & 0xff;
            if (p % row >= CHANNELS) {
                int step = here - (picture[p - CHANNELS] & 0xff);
                both += step * (there - (image[p - CHANNELS] & 0xff));
                own += step * step;
            }
            if (p >= row) {
                int step = here - (picture[p - row] & 0xff);
                both += step * (there - (image[p - row] & 0xff));
                own += step * step;
            }
        }
        return both / (double) Math.max(1, own);
    }

    /** Returns the misfit of {@code image} and {@code picture}, 0 if they are equal. */
    static double worst(byte[] image, byte[] picture) {
        double best = Double.MAX_VALUE;
        for (double weight : NEIGHBOURS) {
            best = Math.min(best, worstBlock(image, weight == 0 ? picture : blurred(picture, weight)));
        }
        return best;
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

    /** Returns the sum of squared differences. */
    static long squares(byte[] image, byte[] picture) {
        long sum = 0;
        for (int p = 0; p < image.length; p++) {
            int difference = (image[p] & 0xff) - (picture[p] & 0xff);
            sum += difference * difference;
        }
        return sum;
    }

    /** Returns the means of squares of {@code side x side} pixels, in the order H, W, C. */
    static byte[] means(byte[] image, int size, int side) {
        int small = size / side;
        int row = size * CHANNELS;
        byte[] means = new byte[small * small * CHANNELS];
        for (int i = 0; i < means.length; i++) {
            int first = i / (small * CHANNELS) * side * row + i / CHANNELS % small * side * CHANNELS + i % CHANNELS;
            int sum = side * side / 2;
            for (int y = first; y < first + side * row; y += row) {
                for (int p = y; p < y + side * CHANNELS; p += CHANNELS) {
                    sum += image[p] & 0xff;
                }
            }
            means[i] = (byte) (sum / (side * side));
        }
        return means;
    }
}
