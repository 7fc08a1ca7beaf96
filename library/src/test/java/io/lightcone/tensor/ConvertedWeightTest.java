// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Parameters.Start;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ConvertedWeightTest {
    private static final long WEIGHTS = 8;

    private final Parameters parameters = Parameters.fresh(new Device("cpu"), ScalarType.Float);
    private final Tensor weight = parameters.declare("w", Start.ZERO, WEIGHTS);
    private final ConvertedWeight converted = parameters.in(ScalarType.BFloat16, weight);

    private float value() {
        float[] value = new float[1];
        Scopes.runWithoutGrad(() -> {
            Tensor now = converted.get();
            assertThat(Tensors.type(now)).isEqualTo(ScalarType.BFloat16);
            value[0] = Tensors.floats(now.to(ScalarType.Float))[0];
        });
        return value[0];
    }

    @Test
    void aWeightIsConvertedOnceWhereNoGradientsAreRecorded() {
        long alone = parameters.bytes();
        assertThat(alone).isEqualTo(WEIGHTS * Float.BYTES);
        Scopes.runWithoutGrad(() ->
                assertThat(converted.get().data_ptr()).isEqualTo(converted.get().data_ptr()));
        assertThat(parameters.bytes()).isEqualTo(alone + WEIGHTS * 2);
        Scopes.run(() -> assertThat(converted.get().requires_grad())
                .as("a gradient goes back to the weight")
                .isTrue());
        parameters.close();
    }

    /** A weight is changed by the moving average and by the optimiser, and its conversion follows both. */
    @Test
    void aConvertedWeightFollowsTheWeight() {
        assertThat(value()).isZero();
        Scopes.runWithoutGrad(() -> weight.fill_(new Scalar(2.0)));
        assertThat(value()).isEqualTo(2);
        Scopes.runWithoutGrad(() -> {
            Tensor four = torch.full(new long[] {WEIGHTS}, new Scalar(4.0));
            weight.lerp_(four, new Scalar(0.5));
        });
        assertThat(value()).isEqualTo(3);
        Scopes.run(() -> FusedAdamW.update(
                List.of(weight),
                List.of(torch.ones(WEIGHTS)),
                List.of(torch.zeros(WEIGHTS)),
                List.of(torch.zeros(WEIGHTS)),
                List.of(torch.ones(1).squeeze()),
                1,
                0.9,
                0.99,
                0));
        assertThat(value()).isEqualTo(2);
        parameters.close();
    }
}
