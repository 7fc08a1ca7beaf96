// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ReceptiveField.BranchField;
import io.lightcone.model.ReceptiveField.KeyCells;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests models in which only the last of every so many layers sees past frames. */
class TemporalEveryTest {
    private static final int HEIGHT = 8;
    private static final int WIDTH = 12;
    private static final int FRAMES = 7;

    static Stream<ModelConfig> models() {
        BranchConfig cone = ConfigReader.with(BranchConfig.high(1, 3, 3), "cone.tokens=1", "cone.frames=2", "sinks=1");
        return Stream.of(
                model(BranchConfig.dense(2)),
                model(BranchConfig.high(1, 3, 2), BranchConfig.low(1, 2, 4, 2)),
                model(cone, BranchConfig.low(1, 2, 4, 2)));
    }

    private static ModelConfig model(BranchConfig... branches) {
        return ModelConfig.of(2, 2, 16, 5, 2, List.of(branches));
    }

    private static ModelConfig every(ModelConfig model, int layers) {
        return ConfigReader.with(model, "temporalEvery=" + layers);
    }

    private static ModelCost cost(ModelConfig config, int frames) {
        return ModelCost.of(config, frames, HEIGHT, WIDTH, 4);
    }

    @ParameterizedTest
    @MethodSource("models")
    void layersThatSeeTheirOwnFrameCostAsMuchAsSoManyFramesByThemselves(ModelConfig model) {
        List<LayerCost> all = cost(model, FRAMES).layers();
        List<LayerCost> some = cost(every(model, 2), FRAMES).layers();
        List<LayerCost> alone = cost(model, 1).layers();
        for (int layer = 0; layer < model.depth(); layer++) {
            if (layer == 1 || layer == 3) {
                assertThat(some.get(layer)).isEqualTo(all.get(layer));
            } else {
                assertThat(some.get(layer).attentionUseful())
                        .as("layer %d", layer)
                        .isEqualTo(FRAMES * alone.get(layer).attentionUseful());
                assertThat(some.get(layer).cache()).isEqualTo(new CacheBytes(0, 0, 0, 0L));
            }
            assertThat(some.get(layer).projections()).isEqualTo(all.get(layer).projections());
        }
        assertThat(cost(every(model, 2), FRAMES).cache().held())
                .isEqualTo(all.get(1).cache().held() + all.get(3).cache().held());
    }

    /** What is held is what was predicted: the keys and values of the layers that see the past. */
    @ParameterizedTest
    @MethodSource("models")
    void aStreamHoldsWhatIsPredicted(ModelConfig model) {
        for (ModelConfig config :
                List.of(every(model, 1), every(model, 2), every(model, 5), every(model.separated(4), 2))) {
            try (VideoModel weights =
                    VideoModel.of(config, fresh(ScalarType.Float), VideoTransformerTest.compute(ScalarType.Float))) {
                Scopes.runWithoutGrad(() -> {
                    try (FrameStream stream = weights.stream(HEIGHT, WIDTH, 1, ContextWindow.UNLIMITED)) {
                        for (int t = 0; t < FRAMES; t++) {
                            Tensor level = torch.ones(1, 1);
                            stream.predict(frame(), level);
                            stream.commit(frame(), level);
                        }
                        long predicted = ModelCost.heldBytes(config, HEIGHT / 2, WIDTH / 2, FRAMES);
                        assertThat(stream.bytes()).isEqualTo(predicted).isPositive();
                        if (!config.separable()) {
                            assertThat(predicted)
                                    .isEqualTo(cost(config, FRAMES).cache().held());
                        }
                    }
                });
            }
        }
    }

    private static Parameters fresh(ScalarType type) {
        return Parameters.fresh(new Device("cpu"), type);
    }

    private static Tensor frame() {
        return torch.ones(1, 1, 2, HEIGHT, WIDTH);
    }

    /** A layer that sees its own frame reads no key of another one, whatever the branch says of sinks and cones. */
    @ParameterizedTest
    @MethodSource("models")
    void onlyTheLastOfEveryFewLayersSeesThePast(ModelConfig model) {
        Token query = new Token(FRAMES - 1, 1, 2);
        for (int layer = 0; layer < model.depth(); layer++) {
            ReceptiveField whole = ReceptiveField.of(model, layer, query, FRAMES, HEIGHT, WIDTH);
            ReceptiveField some = ReceptiveField.of(every(model, 2), layer, query, FRAMES, HEIGHT, WIDTH);
            if (layer == 1 || layer == 3) {
                assertThat(some).isEqualTo(whole);
                continue;
            }
            for (int b = 0; b < some.branches().size(); b++) {
                BranchField seen = some.branches().get(b);
                List<KeyCells> before = whole.branches().get(b).frames();
                assertThat(seen.frames()).containsExactly(before.get(before.size() - 1));
                assertThat(seen.summary()).contains("own frame");
            }
        }
    }

    /** The layers of an encoder are counted by themselves; the decoder sees its own frame and the encoder's tokens. */
    @Test
    void anEncoderIsAskedForItsOwnLayers() {
        ModelConfig separated = every(model(BranchConfig.dense(2)).separated(3), 3);
        List<Integer> frames = IntStream.range(0, 5)
                .mapToObj(
                        layer -> ReceptiveField.of(separated, layer, new Token(FRAMES - 1, 0, 0), FRAMES, HEIGHT, WIDTH)
                                .branches()
                                .get(0)
                                .frames()
                                .size())
                .toList();
        assertThat(frames).containsExactly(1, 1, FRAMES, 2, 2);
        assertThat(cost(separated, FRAMES).layers().subList(3, 5))
                .isEqualTo(cost(every(separated, 1), FRAMES).layers().subList(3, 5));
    }

    @Test
    void theDenseTwinSeesThePastInEveryLayer() {
        ModelConfig config = every(model(BranchConfig.dense(2)), 4);
        assertThat(config.dense()).isEqualTo(model(BranchConfig.dense(2))).isNotEqualTo(config);
        assertThat(cost(config, FRAMES).paper()).isNull();
        assertThat(cost(config, FRAMES).total().parameters())
                .isEqualTo(cost(config.dense(), FRAMES).total().parameters());
    }

    /** Frames in work leave no trace in layers without a past either, and a snapshot holds nothing of them. */
    @Test
    void aSnapshotHoldsTheLayersThatSeeThePastAlone() {
        ModelConfig config = every(model(BranchConfig.dense(2)), 5);
        try (VideoModel weights =
                VideoModel.of(config, fresh(ScalarType.Float), VideoTransformerTest.compute(ScalarType.Float))) {
            Scopes.runWithoutGrad(() -> {
                try (FrameStream stream = weights.stream(HEIGHT, WIDTH, 1, ContextWindow.UNLIMITED)) {
                    stream.commit(frame(), torch.ones(1, 1));
                    Snapshot saved = Snapshot.empty();
                    stream.save(saved);
                    assertThat(saved.tensors().keySet())
                            .filteredOn(name -> !name.endsWith("finished"))
                            .isNotEmpty()
                            .allMatch(name -> name.startsWith("layers.4."));
                }
            });
        }
    }

    @Test
    void atLeastOneLayerSeesThePast() {
        ModelConfig model = model(BranchConfig.dense(2));
        expect(
                () -> every(model, 0),
                "temporalEvery must lie between 1 and 5, the number of layers, for at least one of them has to see past"
                        + " frames, not 0");
        expect(() -> every(model, 6), "not 6");
        expect(() -> every(model.separated(3), 4), "between 1 and 3, the number of layers of the encoder, for at");
        assertThat(every(model.separated(3), 3).encoderLayers().temporalEvery()).isEqualTo(3);
        assertThat(every(model.separated(3), 3).decoderLayers().temporalEvery()).isEqualTo(1);
    }

    private static void expect(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(UserException.class).hasMessageContaining(message);
    }
}
