// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.NativeMemory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Computes convolutions over rows and columns, through oneDNN where that computes them correctly.
 *
 * <p>oneDNN 3.7, which libtorch 2.10 contains, lays out some float32 tensors wrongly whose channels do not fill the
 * last of their blocks (uxlfoundation/oneDNN issue 3280, mended in 3.8.1), and returns wrong numbers without a word. So
 * channels are padded to whole blocks where these have a known width, which is where the channels of a place lie apart
 * in memory. Where they lie side by side, the width depends on sizes, processor and threads, and the first convolution
 * of each kind is tried on scattered numbers: what oneDNN makes of it, and of its gradients where there are any, is
 * compared with libtorch's own, slower code, which takes its place where they differ. Those of 16 bits, of which nobody
 * takes gradients, are all tried so. Strided convolutions of single places are never tried: without AVX-512, their
 * gradients write past the end of oneDNN's memory where the input has few channels that lie side by side (issue 6035).
 *
 * <p>Shapes: N images, I and O channels in and out, H rows, W columns.
 */
public final class Convolutions {
    static {
        NativeMemory.allow();
        Libtorch.prepare();
    }

    private static final long[] UNDILATED = {1, 1};

    /** By how much float32 may differ, as a share of the largest value: an error of layout is about 1. */
    private static final double TOLERANCE = 1e-3;

    /** The same for bfloat16, of which a result has eight bits. */
    private static final double TOLERANCE_IN_16_BITS = 2e-2;

    /** The most numbers of an input that a trial takes: of larger ones, it takes fewer images or rows. */
    private static final long TRIED_NUMBERS = 1 << 19;

    /** Channels of a block where those of a place lie apart, or a multiple of that. */
    private static final long BLOCK = 16;

    private static final Map<Kind, Boolean> CORRECT = new ConcurrentHashMap<>();

    private Convolutions() {}

    /**
     * Names what decides how oneDNN computes a convolution.
     *
     * @param images of an input as large as a trial takes
     * @param rows of such an input
     * @param channelsLast whether the channels of a place lie side by side in memory
     * @param gradients whether gradients are asked for too
     * @param type of all tensors
     */
    private record Kind(
            long images,
            long in,
            long rows,
            long columns,
            boolean channelsLast,
            long out,
            long kernelRows,
            long kernelColumns,
            long stride,
            long padding,
            boolean gradients,
            ScalarType type,
            int threads) {
        static Kind of(Tensor x_NIHW, Tensor weight_OIHW, long stride, long padding) {
            long kernelRows = weight_OIHW.size(2);
            long row = x_NIHW.size(1) * x_NIHW.size(3);
            long rows = Math.min(x_NIHW.size(2), Math.max(kernelRows, TRIED_NUMBERS / row));
            return new Kind(
                    Math.min(x_NIHW.size(0), Math.max(1, TRIED_NUMBERS / (row * rows))),
                    x_NIHW.size(1),
                    rows,
                    x_NIHW.size(3),
                    isChannelsLast(x_NIHW),
                    weight_OIHW.size(0),
                    kernelRows,
                    weight_OIHW.size(3),
                    stride,
                    padding,
                    GradMode.is_enabled() && (x_NIHW.requires_grad() || weight_OIHW.requires_grad()),
                    Tensors.type(x_NIHW),
                    torch.get_num_threads());
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
                ? fast(x_NIHW, weight_OIHW, bias_O, stride, padding)
                : plain(x_NIHW, weight_OIHW, bias_O, stride, padding);
    }

    /** Returns whether {@link #fast} computes such a convolution correctly. */
    static boolean isCorrect(Tensor x_NIHW, Tensor weight_OIHW, long stride, long padding) {
        if (!isConcerned(x_NIHW)) {
            return true;
        }
        boolean isOfPlaces = weight_OIHW.size(2) * weight_OIHW.size(3) == 1;
        if (isOfPlaces && Processor.hidesCaches()) {
            return false; // oneDNN would divide by the size of a cache, which is 0 then, and end the JVM
        }
        if (isOfPlaces && stride > 1) {
            return false; // it might write past the end of its memory
        }
        Kind kind = Kind.of(x_NIHW, weight_OIHW, stride, padding);
        return CORRECT.computeIfAbsent(kind, Convolutions::isCorrectWhenTried);
    }

    /** Computes a convolution of scattered numbers, and its gradients if they are asked for, in both ways. */
    private static boolean isCorrectWhenTried(Kind kind) {
        boolean[] same = new boolean[1];
        try (AutoGradMode on = new AutoGradMode(kind.gradients)) {
            Scopes.run(() -> {
                Tensor x_NIHW = kind.channelsLast
                        ? scattered(kind.images, kind.rows, kind.columns, kind.in)
                                .permute(0, 3, 1, 2)
                        : scattered(kind.images, kind.in, kind.rows, kind.columns);
                Tensor weight_OIHW = scattered(kind.out, kind.in, kind.kernelRows, kind.kernelColumns);
                if (kind.type == ScalarType.BFloat16) {
                    same[0] = isCorrectIn16Bits(kind, x_NIHW, weight_OIHW);
                    return;
                }
                x_NIHW.requires_grad_(kind.gradients);
                weight_OIHW.requires_grad_(kind.gradients);
                Tensor fast = fast(x_NIHW, weight_OIHW, new TensorOptional(), kind.stride, kind.padding);
                Tensor plain = plain(x_NIHW, weight_OIHW, new TensorOptional(), kind.stride, kind.padding);
                same[0] = isClose(fast, plain);
                if (same[0] && kind.gradients) {
                    Tensor gradient_NOHW = scattered(plain.shape());
                    TensorVector ofFast = gradients(fast, x_NIHW, weight_OIHW, gradient_NOHW);
                    TensorVector ofPlain = gradients(plain, x_NIHW, weight_OIHW, gradient_NOHW);
                    same[0] = isClose(ofFast.get(0), ofPlain.get(0)) && isClose(ofFast.get(1), ofPlain.get(1));
                }
            });
        }
        return same[0];
    }

    /** Compares a convolution of rounded numbers with that of the same numbers in 32 bits. */
    private static boolean isCorrectIn16Bits(Kind kind, Tensor x_NIHW, Tensor weight_OIHW) {
        Tensor rounded_NIHW = x_NIHW.to(kind.type);
        Tensor rounded_OIHW = weight_OIHW.to(kind.type);
        Tensor fast = fast(rounded_NIHW, rounded_OIHW, new TensorOptional(), kind.stride, kind.padding);
        Tensor plain = plain(
                rounded_NIHW.to(ScalarType.Float),
                rounded_OIHW.to(ScalarType.Float),
                new TensorOptional(),
                kind.stride,
                kind.padding);
        return isClose(fast.to(ScalarType.Float), plain, TOLERANCE_IN_16_BITS);
    }

    private static Tensor scattered(long... shape) {
        return Tensors.scattered(shape).to(ScalarType.Float);
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
        return isClose(got, expected, TOLERANCE);
    }

    private static boolean isClose(Tensor got, Tensor expected, double tolerance) {
        double largest = expected.detach().abs().max().item_double();
        return got.detach().sub(expected.detach()).abs().max().item_double() <= tolerance * largest;
    }

    private static boolean isConcerned(Tensor x_NIHW) {
        ScalarType type = Tensors.type(x_NIHW);
        return x_NIHW.is_cpu() && (type == ScalarType.Float || type == ScalarType.BFloat16) && x_NIHW.numel() > 0;
    }

    private static boolean isChannelsLast(Tensor x_NIHW) {
        return x_NIHW.stride(1) == 1 && x_NIHW.size(1) > 1;
    }

    /** Computes a convolution by whatever libtorch chooses, which is mostly oneDNN. */
    static Tensor fast(Tensor x_NIHW, Tensor weight_OIHW, TensorOptional bias_O, long stride, long padding) {
        long out = weight_OIHW.size(0);
        long moreIn = more(weight_OIHW.size(1));
        long moreOut = more(out);
        long[] strides = {stride, stride};
        long[] paddings = {padding, padding};
        boolean isPadded = isConcerned(x_NIHW) && Tensors.type(x_NIHW) == ScalarType.Float;
        if (!isPadded || isChannelsLast(x_NIHW) || moreIn + moreOut == 0) {
            return torch.conv2d(x_NIHW, weight_OIHW, bias_O, strides, paddings, UNDILATED, 1);
        }
        Tensor widerX_NIHW = torch.constant_pad_nd(x_NIHW, 0, 0, 0, 0, 0, moreIn);
        Tensor widerWeight_OIHW = torch.constant_pad_nd(weight_OIHW, 0, 0, 0, 0, 0, moreIn, 0, moreOut);
        TensorOptional widerBias_O =
                bias_O.has_value() ? new TensorOptional(torch.constant_pad_nd(bias_O.get(), 0, moreOut)) : bias_O;
        return torch.conv2d(widerX_NIHW, widerWeight_OIHW, widerBias_O, strides, paddings, UNDILATED, 1)
                .narrow(1, 0, out);
    }

    /** Returns how many channels are missing to whole blocks. */
    private static long more(long channels) {
        return Math.floorMod(-channels, BLOCK);
    }

    /** Computes a convolution by products of libtorch's own: of all places at once, or image by image. */
    static Tensor plain(Tensor x_NIHW, Tensor weight_OIHW, TensorOptional bias_O, long stride, long padding) {
        if (Tensors.type(x_NIHW) == ScalarType.BFloat16) {
            Tensor y_NOHW = plain(
                    x_NIHW.to(ScalarType.Float),
                    weight_OIHW.to(ScalarType.Float),
                    bias_O.has_value() ? new TensorOptional(bias_O.get().to(ScalarType.Float)) : bias_O,
                    stride,
                    padding);
            return y_NOHW.to(ScalarType.BFloat16);
        }
        if (weight_OIHW.size(2) * weight_OIHW.size(3) == 1 && stride == 1 && padding == 0) {
            return torch.linear(x_NIHW.permute(0, 2, 3, 1), weight_OIHW.flatten(1, 3), bias_O)
                    .permute(0, 3, 1, 2);
        }
        // Images one by one, since those that are computed together take the memory of all their patches.
        Tensor[] images = LongStream.range(0, x_NIHW.size(0))
                .mapToObj(image -> image(x_NIHW.narrow(0, image, 1), weight_OIHW, bias_O, stride, padding))
                .toArray(Tensor[]::new);
        return Tensors.cat(0, images);
    }

    private static Tensor image(Tensor x_1IHW, Tensor weight_OIHW, TensorOptional bias_O, long stride, long padding) {
        return torch.thnn_conv2d(
                x_1IHW.contiguous(), // libtorch refuses gradients of channels that come last
                weight_OIHW.contiguous(),
                new long[] {weight_OIHW.size(2), weight_OIHW.size(3)},
                bias_O,
                new long[] {stride, stride},
                new long[] {padding, padding});
    }
}
