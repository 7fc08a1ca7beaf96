// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes convolutions over rows and columns, through oneDNN where that computes them correctly.
 *
 * <p>oneDNN 3.7, which libtorch 2.10 contains, lays out some float32 tensors wrongly whose channels do not fill its last
 * block (uxlfoundation/oneDNN issue 3280, mended in 3.8.1), and then returns wrong numbers without a word. The width of a
 * block depends on sizes, processor and threads. So the first convolution of each kind is tried: what oneDNN makes of it,
 * and of its gradients, is compared with libtorch's own, slower code, which takes its place where they differ.
 *
 * <p>Shapes: N images, I and O channels in and out, H rows, W columns.
 */
public final class Convolutions {
    static {
        NativeMemory.allow();
    }

    private static final long[] UNDILATED = {1, 1};

    /** By how much float32 may differ from float64, as a share of the largest value: an error of layout is about 1. */
    private static final double TOLERANCE = 1e-3;

    private static final Map<Call, Boolean> CORRECT = new ConcurrentHashMap<>();

    private Convolutions() {}

    /** What decides how oneDNN computes a convolution: sizes, how the input lies in memory, and threads. */
    private record Call(
            List<Long> input, List<Long> layout, List<Long> kernel, long stride, long padding, int threads) {
        static Call of(Tensor x_NIHW, Tensor weight_OIHW, long stride, long padding) {
            return new Call(
                    list(x_NIHW.shape()),
                    strides(x_NIHW),
                    list(weight_OIHW.shape()),
                    stride,
                    padding,
                    torch.get_num_threads());
        }

        private static List<Long> list(long... values) {
            return Arrays.stream(values).boxed().toList();
        }

        private static List<Long> strides(Tensor x) {
            return LongStream.range(0, x.dim()).map(x::stride).boxed().toList();
        }
    }

    /**
     * Computes a convolution, with gradients, [N, I, H, W] to [N, O, H', W'] in the caller's scope.
     *
     * @param weight_OIHW the kernel, of the type of the input
     * @param bias_O what is added to each channel of the result, or none
     * @param stride rows and columns from one place of the kernel to the next
     * @param padding rows and columns of zeros around the input
     */
    public static Tensor apply(Tensor x_NIHW, Tensor weight_OIHW, TensorOptional bias_O, long stride, long padding) {
        return isCorrect(x_NIHW, weight_OIHW, stride, padding)
                ? oneDnn(x_NIHW, weight_OIHW, bias_O, stride, padding)
                : own(x_NIHW, weight_OIHW, bias_O, stride, padding);
    }

    /** Returns whether libtorch computes such a convolution correctly by what it chooses for it, with all gradients. */
    static boolean isCorrect(Tensor x_NIHW, Tensor weight_OIHW, long stride, long padding) {
        boolean isConcerned = x_NIHW.is_cpu() && Tensors.type(x_NIHW) == ScalarType.Float;
        if (isConcerned && Processor.hidesCaches() && weight_OIHW.size(2) * weight_OIHW.size(3) == 1) {
            return false; // a division by the size of a cache, which is 0 then, would end the JVM
        }
        return !isConcerned
                || CORRECT.computeIfAbsent(
                        Call.of(x_NIHW, weight_OIHW, stride, padding),
                        call -> isCorrectWhenTried(x_NIHW, weight_OIHW, stride, padding));
    }

    /**
     * Computes a convolution of made-up numbers and its gradients, and the last image of it, the only one that has a
     * gradient, by libtorch's own code.
     */
    private static boolean isCorrectWhenTried(Tensor likeX_NIHW, Tensor likeWeight_OIHW, long stride, long padding) {
        boolean[] same = new boolean[1];
        // Whoever asks may record no gradients just now; another call of the same kind may.
        try (AutoGradMode on = new AutoGradMode(true)) {
            Scopes.run(() -> {
                Tensor x_NIHW = numbersLike(likeX_NIHW);
                Tensor weight_OIHW = numbersLike(likeWeight_OIHW);
                long images = x_NIHW.size(0);
                Tensor last_1IHW = x_NIHW.detach().narrow(0, images - 1, 1).requires_grad_(true);
                Tensor y_NOHW = oneDnn(x_NIHW, weight_OIHW, new TensorOptional(), stride, padding);
                Tensor ownY_1OHW = own(last_1IHW, weight_OIHW, new TensorOptional(), stride, padding);
                Tensor gradient_1OHW = numbersLike(ownY_1OHW).detach();
                Tensor gradient_NOHW = torch.zeros_like(y_NOHW);
                gradient_NOHW.narrow(0, images - 1, 1).copy_(gradient_1OHW);
                TensorVector got = gradients(y_NOHW, x_NIHW, weight_OIHW, gradient_NOHW);
                TensorVector own = gradients(ownY_1OHW, last_1IHW, weight_OIHW, gradient_1OHW);
                same[0] = isClose(y_NOHW.narrow(0, images - 1, 1), ownY_1OHW)
                        && isClose(got.get(0).narrow(0, images - 1, 1), own.get(0))
                        && isClose(got.get(1), own.get(1));
            });
        }
        return same[0];
    }

    private static Tensor oneDnn(Tensor x_NIHW, Tensor weight_OIHW, TensorOptional bias_O, long stride, long padding) {
        long[] strides = {stride, stride};
        long[] paddings = {padding, padding};
        return torch.conv2d(x_NIHW, weight_OIHW, bias_O, strides, paddings, UNDILATED, 1);
    }

    private static Tensor own(Tensor x_NIHW, Tensor weight_OIHW, TensorOptional bias_O, long stride, long padding) {
        long[] kernel = {weight_OIHW.size(2), weight_OIHW.size(3)};
        return torch.thnn_conv2d(
                x_NIHW.contiguous(), // its gradients are not implemented for channels that come last
                weight_OIHW.contiguous(),
                kernel,
                bias_O,
                new long[] {stride, stride},
                new long[] {padding, padding});
    }

    /** Returns made-up numbers that lie in memory as those of {@code like}, and record gradients. */
    private static Tensor numbersLike(Tensor like) {
        Tensor numbers = torch.empty_like(like.detach());
        Scopes.runWithoutGrad(() -> numbers.copy_(Tensors.quasiRandom(like.shape())));
        return numbers.requires_grad_(true);
    }

    private static TensorVector gradients(Tensor y, Tensor x, Tensor weight, Tensor gradient) {
        return torch.grad(
                new TensorVector(y),
                new TensorVector(x, weight),
                new TensorVector(gradient),
                new BoolOptional(),
                false,
                false);
    }

    private static boolean isClose(Tensor got, Tensor expected) {
        double largest = expected.detach().abs().max().item_double();
        return got.detach().sub(expected.detach()).abs().max().item_double() <= TOLERANCE * largest;
    }
}
