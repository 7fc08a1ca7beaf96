// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Parameters.Start;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearMapTest {
    private static final int WIDTH = 8;
    private static final long WEIGHTS = (long) WIDTH * WIDTH;

    private final Parameters parameters = Parameters.fresh(new Device("cpu"), ScalarType.Float);
    private final Tensor weight = parameters.declare("w", Start.ZERO, WIDTH, WIDTH);
    private final Tensor bias = parameters.declare("b", Start.ZERO, WIDTH);
    private final LinearMap map = parameters.map(weight, bias, ScalarType.BFloat16);

    /** Returns what the map makes of a vector that is 1 at its first place. */
    private float value() {
        float[] value = new float[1];
        Scopes.runWithoutGrad(() -> {
            Tensor y = map.apply(torch.eye(1, WIDTH));
            assertThat(Tensors.type(y)).isEqualTo(ScalarType.BFloat16);
            value[0] = Tensors.floats(y)[0];
        });
        return value[0];
    }

    @Test
    void aWeightIsPreparedOnceWhereNoGradientsAreRecorded() {
        long alone = parameters.bytes();
        assertThat(alone).isEqualTo((WEIGHTS + WIDTH) * Float.BYTES);
        assertThat(value()).isZero();
        assertThat(parameters.bytes()).isEqualTo(alone + WEIGHTS * 2);
        assertThat(value()).isZero();
        assertThat(parameters.bytes()).isEqualTo(alone + WEIGHTS * 2);
        Scopes.run(() -> assertThat(map.apply(torch.eye(1, WIDTH)).requires_grad())
                .as("a gradient goes back to the weight")
                .isTrue());
        parameters.close();
    }

    /** Prepared and plain weights give the same products, whatever the number of rows, with GELU and without. */
    @ParameterizedTest
    @ValueSource(strings = {"Float", "BFloat16", "Double"})
    void preparedAndPlainWeightsGiveTheSame(String name) {
        ScalarType type = ScalarType.valueOf(name);
        ScalarType weights = type == ScalarType.Double ? ScalarType.Double : ScalarType.Float;
        double tolerance = type == ScalarType.BFloat16 ? 2e-2 : 1e-5;
        try (Parameters own = Parameters.fresh(new Device("cpu"), weights)) {
            LinearMap with = own.map(own.declare("w", Start.ZERO, 24, 40), own.declare("b", Start.ZERO, 24), type);
            LinearMap without = own.map(own.declare("v", Start.ZERO, 16, 40), null, type);
            Scopes.run(() -> {
                var random = new RandomStreams(1).tensors("weights", 0, 0);
                Scopes.runWithoutGrad(
                        () -> own.tensors().values().forEach(each -> each.copy_(random.normal(each.shape()))));
                for (long rows : new long[] {1, 3, 64}) {
                    Tensor x = random.normal(2, rows, 40).to(weights);
                    for (LinearMap map : List.of(with, without)) {
                        expectClose(() -> map.apply(x), tolerance);
                        expectClose(() -> map.applyThenGelu(x), tolerance);
                    }
                }
            });
        }
    }

    /**
     * Products are right for all widths, prepared or not, those too whose last block is not full: of these oneDNN 3.7
     * packs many wrongly in float32.
     */
    @ParameterizedTest
    @ValueSource(strings = {"Float", "BFloat16"})
    void anyWidthIsCorrect(String name) {
        ScalarType type = ScalarType.valueOf(name);
        double tolerance = type == ScalarType.BFloat16 ? 2e-2 : 1e-5;
        RandomStream random = new RandomStreams(2).tensors("numbers", 0, 0);
        for (int out : new int[] {1, 3, 24, 40, 48, 56, 72, 80, 96, 112, 144, 160, 192, 224, 288, 320, 576}) {
            for (int in : new int[] {12, 48, 192}) {
                try (Parameters own = Parameters.fresh(new Device("cpu"), ScalarType.Float)) {
                    Tensor w = own.declare("w", Start.ZERO, out, in);
                    LinearMap map = own.map(w, null, type);
                    Scopes.run(() -> {
                        Scopes.runWithoutGrad(() -> w.copy_(random.normal(out, in)));
                        Tensor exactWeight = w.detach().to(ScalarType.Double);
                        for (long rows : new long[] {1, 64, 1024}) {
                            Tensor x = random.normal(rows, in);
                            Tensor exact = torch.linear(x.to(ScalarType.Double), exactWeight);
                            expectClose(map.apply(x).detach(), exact, tolerance);
                            expectClose(Scopes.withoutGrad(() -> map.apply(x)), exact, tolerance);
                            Libtorch.withThreads(
                                    2, () -> expectClose(Scopes.withoutGrad(() -> map.apply(x)), exact, tolerance));
                        }
                    });
                }
            }
        }
    }

    private static void expectClose(Supplier<Tensor> product, double tolerance) {
        Tensor plain = product.get().detach().to(ScalarType.Double);
        expectClose(Scopes.withoutGrad(product), plain, tolerance);
    }

    private static void expectClose(Tensor got, Tensor expected, double tolerance) {
        assertThat(got.shape()).isEqualTo(expected.shape());
        double difference = got.to(ScalarType.Double).sub(expected).abs().max().item_double();
        assertThat(difference)
                .isLessThanOrEqualTo(tolerance * expected.abs().max().item_double());
    }

    /** A weight is changed by the moving average and by the optimiser, and what is prepared of it follows both. */
    @Test
    void aPreparedWeightFollowsTheWeight() {
        assertThat(value()).isZero();
        Scopes.runWithoutGrad(() -> weight.fill_(new Scalar(2.0)));
        assertThat(value()).isEqualTo(2);
        Scopes.runWithoutGrad(() -> {
            Tensor four = torch.full(new long[] {WIDTH, WIDTH}, new Scalar(4.0));
            weight.lerp_(four, new Scalar(0.5));
        });
        assertThat(value()).isEqualTo(3);
        Scopes.run(() -> FusedAdamW.update(
                List.of(weight),
                List.of(torch.ones(WIDTH, WIDTH)),
                List.of(torch.zeros(WIDTH, WIDTH)),
                List.of(torch.zeros(WIDTH, WIDTH)),
                List.of(torch.ones(1).squeeze()),
                1,
                0.9,
                0.99,
                0));
        assertThat(value()).isEqualTo(2);
        parameters.close();
    }
}
