// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.config.ConfigReader;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.testing.NativeObjects;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a model that cannot be created leaves none of the weights that it has allocated already. */
class UnfinishedModelsTest {
    private static final Device CPU = new Device("cpu");

    static Stream<ModelConfig> models() {
        ModelConfig plain = ConfigReader.with(
                ModelConfig.of(1, 2, 16, 2, 2, List.of(BranchConfig.dense(2))), "combine=channels", "classes=[a]");
        return Stream.of(plain, plain.separated(1));
    }

    @ParameterizedTest
    @MethodSource("models")
    void aCheckpointWithoutTheLastWeightLeavesNothing(ModelConfig config) {
        Compute compute = new Compute(ScalarType.Float, ScalarType.Float, new AttentionPlans());
        Map<String, long[]> shapes = new LinkedHashMap<>();
        try (VideoModel model = VideoModel.of(config, Parameters.fresh(CPU, ScalarType.Float), compute)) {
            model.parameters().tensors().forEach((name, weight) -> shapes.put(name, weight.shape()));
        }
        String last = shapes.keySet().stream().reduce((first, second) -> second).orElseThrow();
        assertThat(last).endsWith("final.project.bias");
        NativeObjects.requireNothingLeft(() -> {
            Map<String, Tensor> given = new LinkedHashMap<>();
            shapes.forEach((name, shape) -> given.put(name, torch.ones(shape)));
            given.remove(last);
            assertThatThrownBy(() -> VideoModel.of(config, Parameters.loaded(given, CPU), compute))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(last);
        });
    }

    @Test
    void attentionWithoutItsWeightsLeavesNothing() {
        ModelConfig config = models().findFirst().orElseThrow();
        Compute compute = new Compute(ScalarType.Float, ScalarType.Float, new AttentionPlans());
        NativeObjects.requireNothingLeft(() -> {
            Map<String, Tensor> given = Map.of("attention.branches.0.qkv.weight", torch.ones(48, 16));
            Parameters parameters = Parameters.loaded(given, CPU);
            assertThatThrownBy(() -> AttentionSublayer.of(
                            config, 0, parameters, compute, new RandomStreams(1).tensors("weights", 0, 0)))
                    .isInstanceOf(UserException.class);
        });
    }
}
