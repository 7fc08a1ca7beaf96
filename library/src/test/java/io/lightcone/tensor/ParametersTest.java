// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private final Device cpu = new Device("cpu");

    @Test
    void aMissingWeightIsNamed() {
        try (Parameters parameters = Parameters.loaded(Map.of(), cpu)) {
            assertThatThrownBy(() -> parameters.declare("embed.weight", 2, 3))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("embed.weight");
        }
    }

    @Test
    void aWeightOfAnotherShapeIsNamed() {
        try (Tensor given = torch.zeros(3, 2);
                Parameters parameters = Parameters.loaded(Map.of("embed.weight", given), cpu)) {
            assertThatThrownBy(() -> parameters.declare("embed.weight", 2, 3))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("embed.weight has the shape [3, 2], the model needs [2, 3]");
        }
    }

    @Test
    void aCopySharesNoMemory() {
        try (Parameters parameters = Parameters.fresh(cpu, ScalarType.Float)) {
            Tensor weight = parameters.declare("w", 2);
            try (Parameters copy = parameters.copy(cpu)) {
                Tensor same = copy.declare("w", 2);
                parameters.forEach((name, tensor) -> tensor.fill_(new org.bytedeco.pytorch.Scalar(5.0)));
                assertThat(Tensors.floats(weight)).containsExactly(5, 5);
                assertThat(Tensors.floats(same)).containsExactly(0, 0);
                assertThat(parameters.count()).isEqualTo(2);
            }
        }
    }
}
