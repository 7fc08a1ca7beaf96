// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.tensor.Parameters.Start;
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
            assertThatThrownBy(() -> parameters.declare("embed.weight", Start.ZERO, 2, 3))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("embed.weight");
        }
    }

    @Test
    void aWeightOfAnotherShapeIsNamed() {
        try (Tensor given = torch.zeros(3, 2);
                Parameters parameters = Parameters.loaded(Map.of("embed.weight", given), cpu)) {
            assertThatThrownBy(() -> parameters.declare("embed.weight", Start.ZERO, 2, 3))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("embed.weight has the shape [3, 2], the model needs [2, 3]");
        }
    }

    @Test
    void loadedWeightsShareNoMemoryWithWhatIsGiven() {
        try (Parameters parameters = Parameters.fresh(cpu, ScalarType.Float)) {
            Tensor weight = parameters.declare("w", Start.ZERO, 2);
            try (Parameters loaded = Parameters.loaded(parameters.tensors(), cpu)) {
                Tensor same = loaded.declare("w", Start.ZERO, 2);
                Scopes.runWithoutGrad(() -> weight.fill_(new org.bytedeco.pytorch.Scalar(5.0)));
                assertThat(Tensors.floats(weight)).containsExactly(5, 5);
                assertThat(Tensors.floats(same)).containsExactly(0, 0);
                assertThat(parameters.count()).isEqualTo(2);
            }
        }
    }

    @Test
    void weightsStartAsTheyWereDeclaredInThatOrder() {
        Start next = (weight, random) -> weight.copy_(random.uniform(weight.shape()));
        Scopes.run(() -> {
            try (Parameters parameters = Parameters.fresh(cpu, ScalarType.Float)) {
                Tensor first = parameters.declare("z", next, 3);
                Tensor none = parameters.declare("m", Start.ZERO, 2);
                Tensor second = parameters.declare("a", next, 2);
                parameters.initialise(new RandomStreams(1).tensors("start", 0, 0));
                RandomStream random = new RandomStreams(1).tensors("start", 0, 0);
                assertThat(Tensors.floats(first)).isEqualTo(Tensors.floats(random.uniform(3)));
                assertThat(Tensors.floats(none)).containsOnly(0);
                assertThat(Tensors.floats(second)).isEqualTo(Tensors.floats(random.uniform(2)));
            }
        });
    }

    @Test
    void aGroupHoldsWhatIsDeclaredInIt() {
        try (Parameters parameters = Parameters.fresh(cpu, ScalarType.Float)) {
            parameters.declare("before", Start.ZERO, 1);
            parameters.inGroup("outer", () -> {
                parameters.inGroup("inner", () -> parameters.declare("deep", Start.ZERO, 1));
                return parameters.declare("within", Start.ZERO, 1);
            });
            assertThatThrownBy(() -> parameters.inGroup("failed", () -> parameters.declare("deep", Start.ZERO, 1)))
                    .isInstanceOf(IllegalStateException.class);
            parameters.declare("after", Start.ZERO, 1);
            assertThat(parameters.group("before")).isEmpty();
            assertThat(parameters.group("deep")).isEqualTo("inner");
            assertThat(parameters.group("within")).isEqualTo("outer");
            assertThat(parameters.group("after")).isEmpty();
            assertThatThrownBy(() -> parameters.group("none")).hasMessage("there is no weight none");
        }
    }
}
