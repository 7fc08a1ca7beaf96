// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.video.Clip;

/**
 * The structural similarity of two images (Wang, Bovik, Sheikh and Simoncelli 2004): means, variances and covariance
 * under a Gaussian window of 11 x 11 pixels and deviation 1.5, compared wherever the window lies inside, with pixels in
 * [0, 1], {@code C1 = 0.01^2} and {@code C2 = 0.03^2}.
 */
public final class Ssim {
    /** The number of rows and columns of the window, which frames must be at least as large as. */
    public static final int WINDOW = 11;

    private static final double DEVIATION = 1.5;
    private static final double C1 = 1e-4;
    private static final double C2 = 9e-4;
    private static final double[] WEIGHTS = weights();

    private Ssim() {}

    private static double[] weights() {
        double[] weights = new double[WINDOW];
        double sum = 0;
        for (int i = 0; i < WINDOW; i++) {
            double distance = i - WINDOW / 2;
            weights[i] = Math.exp(-distance * distance / (2 * DEVIATION * DEVIATION));
            sum += weights[i];
        }
        for (int i = 0; i < WINDOW; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /**
     * Returns the similarity of frame {@code i} of one clip and frame {@code j} of another of the same size, averaged
     * over channels: 1 if they are equal.
     *
     * @throws IllegalArgumentException if they are smaller than the window
     */
    public static double of(Clip a, int i, Clip b, int j) {
        if (a.height() < WINDOW || a.width() < WINDOW) {
            throw new IllegalArgumentException("structural similarity takes frames of at least " + WINDOW + "x" + WINDOW
                    + " pixels, not " + a.width() + "x" + a.height());
        }
        double sum = 0;
        for (int c = 0; c < a.channels(); c++) {
            sum += of(plane(a, i, c), plane(b, j, c), a.height(), a.width());
        }
        return sum / a.channels();
    }

    private static double[] plane(Clip clip, int frame, int channel) {
        double[] plane = new double[clip.height() * clip.width()];
        for (int p = 0; p < plane.length; p++) {
            plane[p] = (clip.pixels()[frame * clip.frameBytes() + p * clip.channels() + channel] & 0xff) / 255.0;
        }
        return plane;
    }

    private static double of(double[] a, double[] b, int height, int width) {
        double[] meanA = blurred(a, height, width);
        double[] meanB = blurred(b, height, width);
        double[] squareA = blurred(product(a, a), height, width);
        double[] squareB = blurred(product(b, b), height, width);
        double[] both = blurred(product(a, b), height, width);
        double sum = 0;
        for (int p = 0; p < meanA.length; p++) {
            double means = meanA[p] * meanB[p];
            double squares = meanA[p] * meanA[p] + meanB[p] * meanB[p];
            double variances = squareA[p] + squareB[p] - squares;
            sum += (2 * means + C1) * (2 * (both[p] - means) + C2) / ((squares + C1) * (variances + C2));
        }
        return sum / meanA.length;
    }

    private static double[] product(double[] a, double[] b) {
        double[] product = new double[a.length];
        for (int p = 0; p < a.length; p++) {
            product[p] = a[p] * b[p];
        }
        return product;
    }

    /** Returns the weighted means under the window wherever it lies inside: along rows, then along columns. */
    private static double[] blurred(double[] plane, int height, int width) {
        int narrow = width - WINDOW + 1;
        int low = height - WINDOW + 1;
        double[] rows = new double[height * narrow];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < narrow; x++) {
                for (int k = 0; k < WINDOW; k++) {
                    rows[y * narrow + x] += WEIGHTS[k] * plane[y * width + x + k];
                }
            }
        }
        double[] blurred = new double[low * narrow];
        for (int y = 0; y < low; y++) {
            for (int x = 0; x < narrow; x++) {
                for (int k = 0; k < WINDOW; k++) {
                    blurred[y * narrow + x] += WEIGHTS[k] * rows[(y + k) * narrow + x];
                }
            }
        }
        return blurred;
    }
}
