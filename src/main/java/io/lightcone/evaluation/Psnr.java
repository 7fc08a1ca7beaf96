// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Peak signal-to-noise ratio, in decibels: {@code -10 log10(mean squared error)} of pixels scaled to [0, 1]. */
public final class Psnr {
    private static final double SMALLEST_ERROR = 1e-10;

    private Psnr() {}

    /**
     * Of each frame.
     *
     * @param a_BTCHW frames in [-1, 1]
     * @param b_BTCHW frames in [-1, 1]
     * @return B rows of T values; equal frames give 100 dB
     */
    public static double[][] perFrame(Tensor a_BTCHW, Tensor b_BTCHW) {
        Tensor error_BT = a_BTCHW.sub(b_BTCHW).div(new Scalar(2.0)).square().mean(2, 3, 4);
        int batch = (int) error_BT.size(0);
        int frames = (int) error_BT.size(1);
        double[] errors = Tensors.doubles(error_BT);
        double[][] psnr = new double[batch][frames];
        for (int i = 0; i < errors.length; i++) {
            psnr[i / frames][i % frames] = -10 * Math.log10(Math.max(errors[i], SMALLEST_ERROR));
        }
        return psnr;
    }
}
