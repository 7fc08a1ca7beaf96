// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever way the kernel takes for a type and a size, its results and gradients are those of float64. */
class LibtorchAttentionTest {
    private static final int HEADS = 2;
    private static final int WIDTH = 16;

    @ParameterizedTest
    @CsvSource({
        "Float, 8, 24, 1e-5",
        "Float, 64, 80, 1e-5",
        "BFloat16, 8, 24, 0.03", // few: no fused product of 16 bits
        "BFloat16, 64, 80, 0.03"
    })
    void resultsAndGradientsAreThoseOfFloat64(String name, long queries, long keys, double tolerance) {
        ScalarType type = ScalarType.valueOf(name);
        Scopes.run(() -> {
            var random = new RandomStreams(3).tensors("inputs", 0, 0);
            Tensor q = random.normal(2, HEADS, queries, WIDTH);
            Tensor k = random.normal(2, HEADS, keys, WIDTH);
            Tensor v = random.normal(2, HEADS, keys, WIDTH);
            Tensor visible = torch.ones(1, 1, queries, keys).tril(keys - queries);
            List<Tensor> exact = attend(ScalarType.Double, q, k, v, visible, true);
            List<Tensor> recorded = attend(type, q, k, v, visible, true);
            for (int i = 0; i < exact.size(); i++) {
                expectClose(recorded.get(i), exact.get(i), tolerance);
            }
            Scopes.runWithoutGrad(
                    () -> expectClose(attend(type, q, k, v, visible, false).get(0), exact.get(0), tolerance));
        });
    }

    /** Returns the result and, if asked, the gradients of queries, keys and values for the sum of its squares. */
    private static List<Tensor> attend(
            ScalarType type, Tensor q, Tensor k, Tensor v, Tensor visible, boolean gradients) {
        List<Tensor> inputs = List.of(leaf(q, type), leaf(k, type), leaf(v, type));
        Tensor seen = new LibtorchAttention()
                .attend(
                        inputs.get(0),
                        inputs.get(1),
                        inputs.get(2),
                        visible.log().to(type));
        assertThat(Tensors.type(seen)).isEqualTo(type);
        if (!gradients) {
            return List.of(seen);
        }
        seen.to(ScalarType.Double).square().sum().backward();
        return List.of(
                seen.detach(),
                inputs.get(0).grad(),
                inputs.get(1).grad(),
                inputs.get(2).grad());
    }

    private static Tensor leaf(Tensor x, ScalarType type) {
        // All start from the values of bfloat16, so that only the arithmetic differs.
        return x.to(ScalarType.BFloat16).to(type).clone().detach().set_requires_grad(true);
    }

    private static void expectClose(Tensor got, Tensor exact, double tolerance) {
        double largest = exact.abs().max().item_double();
        Tensor difference = got.to(ScalarType.Double).sub(exact).abs().div(new Scalar(largest));
        assertThat(difference.max().item_double()).isLessThan(tolerance);
    }
}
