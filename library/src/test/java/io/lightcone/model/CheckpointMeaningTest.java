// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.KeyFrames;
import io.lightcone.attention.Tile;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.model.ModelConfig.Combine;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests what the numbers in a checkpoint mean: predictions are those of {@link PlainTransformer}, and fresh weights
 * have their documented distributions. A change that fails here makes every model that was ever trained another model.
 */
class CheckpointMeaningTest {
    private static final int FRAMES = 4;
    private static final int ROWS = 3;
    private static final int COLUMNS = 5;

    static Stream<ModelConfig> models() {
        BranchConfig cone = ConfigReader.with(BranchConfig.high(2, 2, 3), "cone.tokens=1", "cone.frames=2");
        BranchConfig high = BranchConfig.high(1, 3, 2);
        BranchConfig anchored = BranchConfig.low(1, 2, 2, 2).withKeyFrames(KeyFrames.ANCHORED);
        return Stream.of(
                model(BranchInput.ALL, high, BranchConfig.low(2, 1, 2, 2)),
                model(BranchInput.SPLIT, cone, anchored),
                model(BranchInput.ALL, BranchConfig.dense(3)),
                model(BranchInput.ALL, high, BranchConfig.low(2, 1, 2, 2)).separated(1),
                ConfigReader.with(model(BranchInput.ALL, high, BranchConfig.dense(2)), "temporalEvery=2"));
    }

    private static ModelConfig model(BranchInput input, BranchConfig... branches) {
        return new ModelConfig(
                2,
                2,
                48,
                2,
                2,
                input,
                List.of(branches),
                1,
                0,
                Combine.TOKENS,
                0,
                List.of("a", "b"),
                List.of("x", "y", "z"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void predictionsAreWhatPlainArithmeticSays(ModelConfig config) {
        Compute compute = new Compute(
                ScalarType.Double,
                ScalarType.Double,
                new AttentionPlans(AttentionPlans.Method.TILED, new Tile(2, 2, 2), 1L << 30));
        Scopes.runWithoutGrad(() -> {
            try (compute;
                    VideoModel model =
                            VideoModel.of(config, Parameters.fresh(new Device("cpu"), ScalarType.Double), compute)) {
                RandomStream random = new RandomStreams(5).tensors("meaning", 0, 0);
                Scopes.runWithoutGrad(() -> model.parameters()
                        .tensors()
                        .forEach((name, weight) -> weight.copy_(random.normal(weight.shape())
                                .mul(new Scalar(weight.dim() == 2 ? 1 / Math.sqrt((double) weight.size(1)) : 0.5)))));
                Tensor x = random.normal(1, FRAMES, 2, 2 * ROWS, 2 * COLUMNS).to(ScalarType.Double);
                double[] levels = {0.9, 0, 0.35, 0.62};
                int[] actions = {1, 0, 2, 3}; // the row after the last name is that of the null condition
                Tensor predicted = model.predict(
                        x,
                        Tensors.of(levels, 1, FRAMES),
                        new Conditions(List.of(1), List.of(List.of(1, 0, 2, Conditions.NULL))));
                PlainTransformer plain =
                        new PlainTransformer(config, model.parameters().tensors(), ROWS, COLUMNS);
                double[] expected = plain.predict(Tensors.doubles(x), levels, 1, actions);
                assertThat(Tensors.doubles(predicted)).containsExactly(expected, Offset.offset(1e-9));
            }
        });
    }

    @Test
    void theFeedForwardActivationIsTheExactGelu() {
        assertThat(PlainTransformer.gelu(1)).isCloseTo(0.8413447460685429, Offset.offset(1e-14));
        assertThat(PlainTransformer.gelu(-2)).isCloseTo(-0.04550026389635842, Offset.offset(1e-14));
    }

    /** Fresh weights have exact values, or the bounds and deviation of their distribution. */
    @Test
    void freshWeightsHaveTheDocumentedDistributions() {
        Map<String, Weight> start = start(models().reduce((first, last) -> last).orElseThrow());
        start.forEach((name, weight) -> {
            double[] values = weight.values();
            if (name.endsWith(".qkv.bias")) {
                double[] alternating = new double[values.length];
                for (int i = 0; i < values.length / 3 * 2; i++) {
                    alternating[i] = i % 2 == 0 ? 1 : -1;
                }
                assertThat(values).as(name).isEqualTo(alternating);
            } else if (name.endsWith(".bias")
                    || name.contains("modulation")
                    || name.contains("gates")
                    || name.contains("final.project")) {
                assertThat(values).as(name).containsOnly(0);
            } else if (name.endsWith(".norm")) {
                assertThat(values).as(name).containsOnly(1);
            } else if (name.contains("level.") || name.contains("condition.")) {
                requireSpread(name, values, 0.02, 0.1);
            } else if (name.equals("start")) {
                requireSpread(name, values, 1, 5);
            } else {
                double bound = Math.sqrt(6.0 / (weight.out() + weight.in()));
                requireSpread(name, values, bound / Math.sqrt(3), bound);
            }
        });
        assertThat(start.keySet())
                .filteredOn(name -> name.endsWith(".qkv.bias"))
                .hasSize(4);
    }

    private static void requireSpread(String name, double[] values, double deviation, double most) {
        double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
        double mean = Arrays.stream(values).average().orElseThrow();
        double doubt = 5 / Math.sqrt((double) values.length);
        assertThat(Math.sqrt(square)).as(name).isCloseTo(deviation, Offset.offset(deviation * doubt));
        assertThat(Math.abs(mean)).as(name).isLessThan(deviation * doubt);
        assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow())
                .as(name)
                .isLessThanOrEqualTo(most);
    }

    /** Holds a weight's first two sizes and its numbers. */
    private record Weight(long out, long in, double[] values) {}

    private static Map<String, Weight> start(ModelConfig config) {
        Map<String, Weight> start = new LinkedHashMap<>();
        Scopes.run(() -> {
            try (Compute compute = new Compute(ScalarType.Float, ScalarType.Float, new AttentionPlans());
                    VideoModel model =
                            VideoModel.of(config, Parameters.fresh(new Device("cpu"), ScalarType.Float), compute)) {
                model.initialise(new RandomStreams(1).tensors("start", 0, 0));
                model.parameters()
                        .tensors()
                        .forEach((name, weight) -> start.put(
                                name,
                                new Weight(
                                        weight.size(0),
                                        weight.dim() < 2 ? 0 : weight.size(1),
                                        Tensors.doubles(weight))));
            }
        });
        return start;
    }
}
