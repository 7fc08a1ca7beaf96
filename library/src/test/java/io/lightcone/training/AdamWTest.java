// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Parameters.Start;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import java.util.Objects;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdamWTest {
    private static final Offset<Float> CLOSE = Offset.offset(1e-6f);

    /**
     * Runs an action with a matrix full of 2 with gradients of 3, and a bias of 3 numbers, full of 2, with gradients of
     * 4.
     */
    private static void with(double weightDecay, Consumer<AdamW> action, Consumer<Parameters> check) {
        try (Parameters weights = Parameters.fresh(new Device("cpu"), ScalarType.Float)) {
            weights.declare("matrix", Start.ZERO, 3, 2);
            weights.declare("bias", Start.ZERO, 3);
            try (AdamW adamW = new AdamW(weights.tensors(), name -> 1, Workers.alone(), 0.9, 0.99, weightDecay)) {
                Scopes.run(() -> {
                    Scopes.runWithoutGrad(
                            () -> weights.tensors().forEach((name, weight) -> weight.fill_(new Scalar(2.0))));
                    Tensor loss = weight(weights, "matrix")
                            .mul(new Scalar(3.0))
                            .sum()
                            .add(weight(weights, "bias").mul(new Scalar(4.0)).sum());
                    loss.backward();
                    action.accept(adamW);
                    check.accept(weights);
                });
            }
        }
    }

    private static Tensor weight(Parameters weights, String name) {
        return Objects.requireNonNull(weights.tensors().get(name));
    }

    private static float[] filled(int size, double value) {
        float[] values = new float[size];
        java.util.Arrays.fill(values, (float) value);
        return values;
    }

    /** "meta" stands for any device that is not the CPU, and is there on every machine. */
    @Test
    void allStateLivesOnTheWeightsDevice() {
        try (Parameters weights = Parameters.fresh(new Device("meta"), ScalarType.Float)) {
            weights.declare("matrix", Start.ZERO, 3, 2);
            weights.declare("bias", Start.ZERO, 3);
            try (AdamW adamW = new AdamW(weights.tensors(), name -> 1, Workers.alone(), 0.9, 0.99, 0)) {
                assertThat(adamW.state()).hasSize(5);
                adamW.state()
                        .forEach((name, tensor) ->
                                assertThat(tensor.is_meta()).as(name).isTrue());
            }
        }
    }

    /** Six threes and three fours have the norm sqrt(54 + 48). */
    @ParameterizedTest
    @CsvSource({"1, 0.0990148", "5.0497525, 0.5", "100, 1"})
    void gradientsAreScaledTogetherToTheLimitOfTheirJointNorm(double limit, double factor) {
        with(0, adamW -> assertThat(adamW.clip(limit)).isCloseTo(Math.sqrt(102), Offset.offset(1e-5)), weights -> {
            assertThat(Tensors.floats(weight(weights, "matrix").grad())).containsExactly(filled(6, 3 * factor), CLOSE);
            assertThat(Tensors.floats(weight(weights, "bias").grad())).containsExactly(filled(3, 4 * factor), CLOSE);
        });
    }

    /** The first update of AdamW moves each weight by the learning rate, whatever the size of its gradient. */
    @Test
    void matricesDecayAndBiasesDoNot() {
        with(0.5, adamW -> adamW.update(0.1), weights -> {
            assertThat(Tensors.floats(weight(weights, "matrix").detach()))
                    .containsExactly(filled(6, 2 - 0.1 * 0.5 * 2 - 0.1), CLOSE);
            assertThat(Tensors.floats(weight(weights, "bias").detach())).containsExactly(filled(3, 2 - 0.1), CLOSE);
        });
    }

    @Test
    void gradientsAreClearedWhereThereAreAny() {
        with(0, adamW -> {}, weights -> {
            AdamW.clearGradients(weights.tensors());
            weights.tensors()
                    .forEach((name, weight) ->
                            assertThat(Tensors.floats(weight.grad())).as(name).containsOnly(0));
        });
        try (Parameters weights = Parameters.fresh(new Device("cpu"), ScalarType.Float)) {
            weights.declare("matrix", Start.ZERO, 3, 2);
            AdamW.clearGradients(weights.tensors());
            assertThat(weight(weights, "matrix").grad().defined()).isFalse();
        }
    }
}
