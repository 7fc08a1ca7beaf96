// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Cases;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConvolutionsTest {
    /** Channels that fill blocks of 8, 16, 32, 48 and 64, and channels that do not. */
    private static final int[] CHANNELS = {1, 3, 4, 12, 16, 20, 24, 32, 40, 48, 64, 72, 80, 96, 112, 128, 320};

    /**
     * Values and gradients in float32 are those in float64, which does not go through oneDNN, for all channels, sizes,
     * orders in memory and numbers of threads.
     */
    @Test
    void float32IsAsFloat64() {
        Cases.check(150, draw -> {
            int in = CHANNELS[draw.between("in", 0, CHANNELS.length - 1)];
            int out = CHANNELS[draw.between("out", 0, CHANNELS.length - 1)];
            int kernel = draw.flag("wide kernel") ? 3 : 1;
            int stride = draw.flag("strided") ? 2 : 1;
            int images = draw.between("images", 1, 3);
            int rows = draw.between("rows", 5, 17);
            int columns = draw.between("columns", 5, 17);
            boolean channelsLast = draw.flag("channels last");
            Libtorch.withThreads(
                    draw.flag("two threads") ? 2 : 1,
                    () -> Scopes.run(() -> {
                        RandomStream random = new RandomStreams(in).tensors("test", out, rows);
                        Tensor x = random.normal(images, in, rows, columns);
                        if (channelsLast) {
                            x = x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
                        }
                        Tensor weight = random.normal(out, in, kernel, kernel);
                        Tensor bias = random.normal(out);
                        compare(Convolutions::apply, x, weight, bias, stride, kernel / 2);
                        compare(Convolutions::plain, x, weight, bias, stride, kernel / 2);
                    }));
        });
    }

    private interface Way {
        Tensor apply(Tensor x, Tensor weight, TensorOptional bias, long stride, long padding);
    }

    private static void compare(Way way, Tensor x, Tensor weight, Tensor bias, int stride, int padding) {
        Tensor[] in = leaves(ScalarType.Float, x, weight, bias);
        Tensor got = way.apply(in[0], in[1], new TensorOptional(in[2]), stride, padding);
        Tensor[] exactIn = leaves(ScalarType.Double, x, weight, bias);
        Tensor exact = Convolutions.apply(exactIn[0], exactIn[1], new TensorOptional(exactIn[2]), stride, padding);
        requireClose("values", got, exact);
        Tensor gradient = new RandomStreams(1).tensors("gradient", 0, 0).normal(exact.shape());
        TensorVector gradients = gradients(got, in, gradient);
        TensorVector exactGradients = gradients(exact, exactIn, gradient.to(ScalarType.Double));
        for (int i = 0; i < in.length; i++) {
            requireClose("gradient " + i, gradients.get(i), exactGradients.get(i));
        }
    }

    /** Returns copies, in their order in memory, that record gradients. */
    private static Tensor[] leaves(ScalarType type, Tensor... tensors) {
        Tensor[] leaves = new Tensor[tensors.length];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = tensors[i].to(type).detach().clone().requires_grad_(true);
        }
        return leaves;
    }

    private static TensorVector gradients(Tensor y, Tensor[] inputs, Tensor gradient) {
        return torch.grad(
                new TensorVector(y),
                new TensorVector(inputs),
                new TensorVector(gradient),
                new BoolOptional(),
                false,
                false);
    }

    private static void requireClose(String what, Tensor got, Tensor exact) {
        double largest = exact.abs().max().item_double();
        assertThat(got.sub(exact).abs().max().item_double()).as(what).isLessThanOrEqualTo(1e-3 * largest);
    }

    /** What is found out where no gradients are asked for says nothing of gradients. */
    @Test
    void gradientsAreTriedWhereTheyAreAskedFor() {
        Scopes.run(() -> {
            RandomStream random = new RandomStreams(5).tensors("test", 0, 0);
            Tensor x = random.normal(2, 64, 9, 9);
            Tensor weight = random.normal(3, 64, 3, 3);
            Scopes.runWithoutGrad(() -> Convolutions.apply(x, weight, new TensorOptional(), 1, 1));
            compare(Convolutions::apply, x, weight, torch.zeros(3), 1, 1);
        });
    }

    /** Not even a trial may be made, since oneDNN may write past the end of its memory in it. */
    @ParameterizedTest
    @EnumSource(names = {"Float", "BFloat16"})
    void stridedConvolutionsOfPlacesDoNotReachOneDnn(ScalarType type) {
        Scopes.run(() -> {
            Tensor x = torch.ones(2, 8, 14, 3).permute(0, 3, 1, 2).to(type);
            Tensor weight = torch.ones(72, 3, 1, 1).to(type);
            assertThat(Convolutions.isCorrect(x, weight, 2, 0)).isFalse();
            assertThat(Convolutions.isCorrect(x.to(ScalarType.Double), weight.to(ScalarType.Double), 2, 0))
                    .isTrue();
        });
    }

    @Test
    void noImagesMakeNoImages() {
        Scopes.run(() -> assertThat(
                        Convolutions.apply(torch.empty(0, 3, 8, 8), torch.ones(5, 3, 3, 3), new TensorOptional(), 1, 1)
                                .shape())
                .containsExactly(0, 5, 8, 8));
    }

    @Test
    void noGradientsAreRecordedWhereNobodyAsksForThem() {
        Scopes.runWithoutGrad(() -> {
            Tensor weight = torch.ones(20, 12, 3, 3).requires_grad_(true);
            Tensor y = Convolutions.apply(torch.ones(1, 12, 6, 6), weight, new TensorOptional(), 1, 1);
            assertThat(y.requires_grad()).isFalse();
            assertThat(y.max().item_double()).isEqualTo(9 * 12);
        });
    }
}
