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

class MatrixProductsTest {
    /**
     * Values and gradients are those of a linear layer for any rank, with and without a bias, and for rows that are not
     * dense in memory.
     */
    @Test
    void aFloatProductEqualsALinearLayer() {
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

    /** The fast way is taken: float32 goes to a convolution, everything else to the ordinary product. */
    @Test
    void floatGoesToAConvolution() {
        Scopes.run(() -> {
            Tensor x = torch.randn(8, 4);
            Tensor weight = torch.randn(6, 4).requires_grad_(true);
            assertThat(source(MatrixProducts.linear(x, weight, new TensorOptional())))
                    .contains("ConvolutionBackward0");
            Tensor half = MatrixProducts.linear(
                    x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16), new TensorOptional());
            assertThat(source(half)).doesNotContain("ConvolutionBackward0");
        });
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
