// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Compares pictures for training: differentiable, per picture, and without a trained network.
 *
 * <p>Shapes: N pictures, C channels, H W rows and columns.
 */
final class PictureLoss {
    /**
     * The size of an error, of pictures in [-1, 1], below which it counts as its square does: that of a few grey levels
     * of 256.
     */
    private static final double CHARBONNIER = 0.02;

    private static final int WINDOW = 7;
    private static final int MOST_SCALES = 3;

    // The usual constants, for pictures in [0, 1], times the square of the range of 2.
    private static final double C1 = 4e-4;
    private static final double C2 = 36e-4;

    private PictureLoss() {}

    /**
     * Returns the sum over all numbers of the Charbonnier distance {@code sqrt(error^2 + c^2) - c}. As absolute errors
     * it blurs less than squares do, where several pictures are possible; unlike them its gradient fades where an error
     * does, so that training settles.
     */
    static Tensor charbonnier(Tensor x, Tensor y) {
        return Scopes.scoped(() -> x.sub(y)
                .square()
                .add(new Scalar(CHARBONNIER * CHARBONNIER))
                .sqrt()
                .sub(new Scalar(CHARBONNIER))
                .sum());
    }

    /**
     * Returns one minus the structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004) of each picture, at up to
     * three scales, each half the one before, [N]. Scales are averaged, not multiplied as in the multi-scale index of
     * Wang, Simoncelli and Bovik (2003): powers of a negative similarity have no gradient. The window is even, which
     * costs a tenth of a Gaussian one.
     */
    static Tensor dissimilarity(Tensor x_NCHW, Tensor y_NCHW) {
        return Scopes.scoped(() -> {
            List<Tensor> scales_N = new ArrayList<>();
            Tensor x = x_NCHW;
            Tensor y = y_NCHW;
            scales_N.add(similarity(x, y));
            while (scales_N.size() < MOST_SCALES && Math.min(x.size(2), x.size(3)) >= 2 * WINDOW) {
                x = halved(x);
                y = halved(y);
                scales_N.add(similarity(x, y));
            }
            Tensor all_SN = Tensors.cat(
                    0, scales_N.stream().map(scale -> scale.unsqueeze(0)).toArray(Tensor[]::new));
            return all_SN.mean(0).neg().add(new Scalar(1.0));
        });
    }

    /** Returns the similarity of each picture, [N]. */
    private static Tensor similarity(Tensor x_NCHW, Tensor y_NCHW) {
        return Scopes.scoped(() -> {
            Tensor meanX = windowed(x_NCHW);
            Tensor meanY = windowed(y_NCHW);
            Tensor means = meanX.mul(meanY);
            Tensor squares = meanX.square().add(meanY.square());
            Tensor variances = windowed(x_NCHW.square().add(y_NCHW.square())).sub(squares);
            Tensor covariance = windowed(x_NCHW.mul(y_NCHW)).sub(means);
            Tensor above = twiceAnd(means, C1).mul(twiceAnd(covariance, C2));
            Tensor below = squares.add(new Scalar(C1)).mul(variances.add(new Scalar(C2)));
            return above.div(below).flatten(1, 3).mean(1);
        });
    }

    private static Tensor halved(Tensor x_NCHW) {
        return pooled(x_NCHW, 2, 2);
    }

    private static Tensor twiceAnd(Tensor x, double constant) {
        return x.mul(new Scalar(2.0)).add(new Scalar(constant));
    }

    /** Returns means over windows of at most 7 x 7 pixels, at every second place. */
    private static Tensor windowed(Tensor x_NCHW) {
        return pooled(x_NCHW, Math.min(WINDOW, x_NCHW.size(2)), Math.min(WINDOW, x_NCHW.size(3)));
    }

    private static Tensor pooled(Tensor x_NCHW, long height, long width) {
        long[] window = {height, width};
        long[] stride = {2, 2};
        long[] padding = {0, 0};
        return torch.avg_pool2d(x_NCHW, window, stride, padding, false, true, new LongOptional());
    }
}
