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
import org.junit.jupiter.params.provider.ValueSource;

class MatrixProductsTest {
    /**
     * Values and gradients are those of a linear layer for any rank, with and without a bias, and for rows that are not
     * dense in memory.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aFloatProductEqualsALinearLayer(int threads) {
        Libtorch.withThreads(threads, MatrixProductsTest::checkProducts);
    }

    private static void checkProducts() {
        Cases.check(60, draw -> {
            int rank = draw.between("rank", 1, 3);
            int rows = draw.between("rows", 1, 40);
            int in = draw.between("in", 1, 20);
            int out = draw.between("out", 1, 20);
            boolean biased = draw.flag("biased");
            boolean strided = draw.flag("strided");
            Scopes.run(() -> {
                var random = new RandomStreams(rows).tensors("test", in, out);
                long[] shape = {2, 3, rows, strided ? in + 3 : in};
                Tensor wide = random.normal(java.util.Arrays.copyOfRange(shape, 3 - rank, 4));
                Tensor x = wide.narrow(-1, strided ? 2 : 0, in).detach().requires_grad_(true);
                Tensor weight = random.normal(out, in).requires_grad_(true);
                Tensor bias = random.normal(out).requires_grad_(true);
                TensorOptional optional = biased ? new TensorOptional(bias) : new TensorOptional();
                TensorVector inputs = biased ? new TensorVector(x, weight, bias) : new TensorVector(x, weight);
                Tensor got = MatrixProducts.linear(x, weight, optional);
                Tensor expected = torch.linear(x, weight, optional);
                assertThat(got.shape()).containsExactly(expected.shape());
                requireClose(got, expected);
                Tensor gradient = random.normal(expected.shape());
                TensorVector gradients = gradients(got, inputs, gradient);
                TensorVector expectedGradients = gradients(expected, inputs, gradient);
                for (long i = 0; i < inputs.size(); i++) {
                    requireClose(gradients.get(i), expectedGradients.get(i));
                }
            });
        });
    }

    private static TensorVector gradients(Tensor y, TensorVector inputs, Tensor gradient) {
        return torch.grad(new TensorVector(y), inputs, new TensorVector(gradient), new BoolOptional(), false, false);
    }

    private static void requireClose(Tensor got, Tensor expected) {
        double largest = expected.abs().max().item_double();
        assertThat(got.sub(expected).abs().max().item_double()).isLessThanOrEqualTo(2e-5 * Math.max(1, largest));
    }

    /**
     * The fast way is taken: where several threads compute, float32 goes to a convolution, except where oneDNN might
     * end the JVM; everything else goes to the ordinary product.
     */
    @Test
    void floatGoesToAConvolutionOfSeveralThreads() {
        Libtorch.withThreads(
                2,
                () -> Scopes.run(() -> {
                    Tensor x = torch.randn(8, 4);
                    Tensor weight = torch.randn(6, 4).requires_grad_(true);
                    assertThat(isConvolution(x, weight)).isEqualTo(!Processor.hidesCaches());
                    assertThat(isConvolution(x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)))
                            .isFalse();
                    Libtorch.withThreads(
                            1, () -> assertThat(isConvolution(x, weight)).isFalse());
                }));
    }

    private static boolean isConvolution(Tensor x, Tensor weight) {
        return source(MatrixProducts.linear(x, weight, new TensorOptional())).contains("ConvolutionBackward0");
    }

    /** Sizes of presets, and widths some of which oneDNN 3.7 computes wrongly: all are right, and none ends the JVM. */
    @Test
    void productsOfAllSizesAreCorrect() {
        Libtorch.withThreads(2, () -> {
            for (int in : new int[] {64, 128, 192, 256, 384, 512}) {
                for (int out : new int[] {40, 72, 80, 112, 320, 576, 4 * in}) {
                    for (int rows : new int[] {16, 1000}) {
                        Scopes.run(() -> checkProduct(rows, in, out));
                    }
                }
            }
        });
    }

    @Test
    void noRowsMakeNoRows() {
        Libtorch.withThreads(
                2,
                () -> Scopes.run(() -> {
                    Tensor none = MatrixProducts.linear(torch.empty(0, 8), torch.ones(4, 8), new TensorOptional());
                    assertThat(none.shape()).containsExactly(0, 4);
                }));
    }

    private static void checkProduct(long rows, long in, long out) {
        RandomStream random = new RandomStreams(rows).tensors("numbers", in, (int) out);
        Tensor x = random.normal(rows, in).requires_grad_(true);
        Tensor weight = random.normal(out, in).requires_grad_(true);
        TensorVector inputs = new TensorVector(x, weight);
        Tensor got = MatrixProducts.linear(x, weight, new TensorOptional());
        Tensor expected = torch.linear(x, weight);
        requireClose(got, expected);
        Tensor gradient = random.normal(rows, out);
        TensorVector gradients = gradients(got, inputs, gradient);
        TensorVector expectedGradients = gradients(expected, inputs, gradient);
        requireClose(gradients.get(0), expectedGradients.get(0));
        requireClose(gradients.get(1), expectedGradients.get(1));
    }

    /** Returns the names of the last operations. */
    private static String source(Tensor y) {
        StringBuilder names = new StringBuilder();
        var node = y.grad_fn();
        for (int i = 0; i < 4 && node != null && !node.isNull(); i++) {
            names.append(node.name().getString()).append(' ');
            node = node.num_outputs() == 0 ? null : node.next_edge(0).function();
        }
        return names.toString();
    }
}
