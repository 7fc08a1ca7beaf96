// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A residual block of a causal network of videos: {@code x + time(SiLU(norm(space(SiLU(norm(x))))))}. {@code space} is
 * a convolution of 3x3 within each frame, {@code time} one of a frame and the two before it, place by place, so that
 * both together see what a convolution of 3x3x3 would, for less than half the work (arXiv 1711.11248). The norm divides
 * the channels of a place by their root mean square, and so knows neither other places nor other frames. A fresh block
 * changes nothing.
 *
 * <p>Shapes: B videos, T latent frames, H W rows and columns, C channels.
 *
 * @param spaceNorm_C scale of the first norm
 * @param space the convolution within a frame
 * @param timeNorm_C scale of the second norm
 * @param time the convolution over time, [C, 3 C, 1, 1]: the oldest frame comes first
 */
record CausalBlock(Tensor spaceNorm_C, Convolution space, Tensor timeNorm_C, Convolution time) {
    private static final int FRAMES = CausalMemory.PAST + 1;
    private static final double EPSILON = 1e-6;

    static CausalBlock declare(Parameters parameters, String name, long width) {
        return new CausalBlock(
                norm(parameters, name + ".spaceNorm", width),
                Convolution.declare(parameters, name + ".space", width, width, 3),
                norm(parameters, name + ".timeNorm", width),
                Convolution.declare(parameters, name + ".time", FRAMES * width, width, 1, Start.ZERO));
    }

    private static Tensor norm(Parameters parameters, String name, long width) {
        return parameters.declare(name + ".weight", Convolution.ONE, width);
    }

    /** Applies the block; for {@code memory} see {@link CausalMemory#before}. */
    Tensor apply(Tensor x_BTHWC, @Nullable CausalMemory memory) {
        return Scopes.scoped(() -> {
            Tensor within_BTHWC = perFrame(space, activate(x_BTHWC, spaceNorm_C));
            Tensor change_BTHWC = overTime(activate(within_BTHWC, timeNorm_C), memory);
            return x_BTHWC.add(change_BTHWC);
        });
    }

    private Tensor overTime(Tensor x_BTHWC, @Nullable CausalMemory memory) {
        long frames = x_BTHWC.size(1);
        Tensor all_BTHWC = CausalMemory.before(memory, x_BTHWC);
        Tensor[] each = new Tensor[FRAMES];
        for (int i = 0; i < FRAMES; i++) {
            each[i] = all_BTHWC.narrow(1, i, frames);
        }
        return perFrame(time, Tensors.cat(4, each)); // [B, T, H, W, 3 C] to [B, T, H, W, C]
    }

    /** Divides the channels of each place by their root mean square, scales them, and applies SiLU. */
    private static Tensor activate(Tensor x_BTHWC, Tensor scale_C) {
        return Scopes.scoped(() -> torch.silu(
                torch.rms_norm(x_BTHWC, scale_C.shape(), new TensorOptional(scale_C), new DoubleOptional(EPSILON))));
    }

    /**
     * Applies a convolution to every frame, [B, T, H, W, C] to [B, T, H', W', C']. Channels lie side by side in memory:
     * on processors that makes convolutions twice as fast in large batches, and norms and convolutions of 1x1 need no
     * copies.
     */
    static Tensor perFrame(Convolution convolution, Tensor x_BTHWC) {
        return Scopes.scoped(() -> {
            long frames = x_BTHWC.size(1);
            Tensor x_NCHW = x_BTHWC.flatten(0, 1).permute(0, 3, 1, 2);
            Tensor y_NHWC = convolution.apply(x_NCHW).permute(0, 2, 3, 1).contiguous();
            return y_NHWC.view(-1, frames, y_NHWC.size(1), y_NHWC.size(2), y_NHWC.size(3));
        });
    }

    /** Returns the multiplications and additions for each place of a frame. */
    double flopsPerPlace() {
        return flopsPerPlace(space) + flopsPerPlace(time);
    }

    /** Returns the multiplications and additions of a convolution for each place of its result. */
    static double flopsPerPlace(Convolution convolution) {
        return 2.0 * convolution.weight_OIHW().numel();
    }
}
