// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests videos far longer than any training clip, with models of one layer, whose keys depend on single frames alone.
 */
class EndlessStreamTest {
    private static final int LONG = 10_000;
    private static final int WINDOW = 5;
    private static final int SIDE = 4;

    static Stream<ModelConfig> models() {
        ModelConfig dense = ModelConfig.of(1, 2, 16, 1, 1, List.of(BranchConfig.dense(2)));
        ModelConfig scales = dense.with(List.of(BranchConfig.high(1, 2, 3), BranchConfig.low(1, 2, 2, 1)));
        ModelConfig two = ModelConfig.of(1, 2, 16, 2, 1, List.of(BranchConfig.dense(2)));
        ModelConfig alternating = ConfigReader.with(two, "temporalEvery=2");
        return Stream.of(dense, scales, two.separated(1), alternating);
    }

    private static VideoModel randomModel(ModelConfig config) {
        VideoModel model = VideoModel.of(
                config,
                Parameters.fresh(new Device("cpu"), ScalarType.Float),
                VideoTransformerTest.compute(ScalarType.Float));
        Scopes.runWithoutGrad(() -> {
            var random = new RandomStreams(5).tensors("weights", 0, 0);
            model.parameters()
                    .tensors()
                    .forEach((name, tensor) ->
                            tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.3))));
        });
        return model;
    }

    private static Tensor frame(int number) {
        return new RandomStreams(1).tensors("frame", number, 0).normal(1, 1, 1, SIDE, SIDE);
    }

    private static void commit(FrameStream stream, int number) {
        Scopes.run(() -> stream.commit(frame(number), torch.full(new long[] {1, 1}, new Scalar(0.1f))));
    }

    private static Tensor predictNext(FrameStream stream) {
        return stream.predict(frame(LONG), torch.full(new long[] {1, 1}, new Scalar(0.7f)));
    }

    /**
     * After ten thousand frames a model predicts what it predicts after the few that it remembers: positions are
     * relative.
     */
    @ParameterizedTest
    @MethodSource("models")
    void predictionsAfterTenThousandFramesEqualThoseOfAShortVideo(ModelConfig config) {
        try (VideoModel model = randomModel(config);
                FrameStream longOne = model.stream(SIDE, SIDE, 1, new ContextWindow(WINDOW, 0));
                FrameStream shortOne = model.stream(SIDE, SIDE, 1, new ContextWindow(WINDOW, 0))) {
            Scopes.runWithoutGrad(() -> {
                for (int f = 0; f < LONG; f++) {
                    commit(longOne, f);
                }
                for (int f = LONG - WINDOW; f < LONG; f++) {
                    commit(shortOne, f);
                }
                expectClose(predictNext(longOne), predictNext(shortOne));
            });
        }
    }

    /** Sinks are seen as if the frames that are remembered followed right after them. */
    @ParameterizedTest
    @MethodSource("models")
    void distantSinksAreSeenRightBeforeTheRememberedFrames(ModelConfig config) {
        int sinks = 2;
        ContextWindow window = new ContextWindow(WINDOW, sinks);
        try (VideoModel model = randomModel(config);
                FrameStream longOne = model.stream(SIDE, SIDE, 1, window);
                FrameStream shortOne = model.stream(SIDE, SIDE, 1, window);
                FrameStream without = model.stream(SIDE, SIDE, 1, new ContextWindow(WINDOW, 0))) {
            Scopes.runWithoutGrad(() -> {
                int late = 500;
                for (int f = 0; f < late; f++) {
                    commit(longOne, f);
                    commit(without, f);
                }
                assertThat(torch.allclose(predictNext(longOne), predictNext(without), 0, 1e-3, false))
                        .as("sinks are seen")
                        .isFalse();
                if (config.branches().size() > 1) {
                    return; // branches of different reach: no short video puts sinks right behind both
                }
                int last = WINDOW - 1 - sinks; // the window counts the frame in work and the sinks
                for (int f = 0; f < sinks; f++) {
                    commit(shortOne, f);
                }
                for (int f = late - last; f < late; f++) {
                    commit(shortOne, f);
                }
                expectClose(predictNext(longOne), predictNext(shortOne));
            });
        }
    }

    /** Sinks within the context window keep their positions, as in the clips that the model was trained on. */
    @Test
    void sinksWithinTheWindowKeepTheirPositions() {
        BranchConfig near = BranchConfig.dense(2).limitedTo(2, 1);
        ModelConfig config = ModelConfig.of(1, 2, 16, 2, 1, List.of(near));
        int window = 8;
        try (VideoModel model = randomModel(config);
                FrameStream stream = model.stream(SIDE, SIDE, 1, new ContextWindow(window, 0))) {
            Scopes.runWithoutGrad(() -> {
                Tensor[] frames = new Tensor[window];
                for (int f = 0; f < window; f++) {
                    frames[f] = frame(f);
                }
                Tensor level = torch.full(new long[] {1, window}, new Scalar(0.1f));
                Tensor whole = model.predict(Tensors.cat(1, frames), level);
                for (int f = 0; f < window; f++) {
                    Tensor own = stream.predict(frames[f], torch.full(new long[] {1, 1}, new Scalar(0.1f)));
                    assertThat(torch.allclose(own, whole.narrow(1, f, 1), 0, 1e-4, false))
                            .as("frame %d", f)
                            .isTrue();
                    commit(stream, f);
                }
            });
        }
    }

    private static void expectClose(Tensor a, Tensor b) {
        assertThat(a.sub(b).abs().max().item_double()).isLessThan(1e-4);
        assertThat(a.abs().max().item_double()).isGreaterThan(0.1);
    }

    /** A stream that is saved and restored between any two frames, or amid one, predicts the same bit for bit. */
    @ParameterizedTest
    @MethodSource("models")
    void aSavedStreamGoesOnBitForBit(ModelConfig config) {
        ContextWindow window = new ContextWindow(WINDOW, 1);
        try (VideoModel model = randomModel(config)) {
            Scopes.runWithoutGrad(() -> {
                for (int finished = 0; finished < 9; finished++) {
                    try (FrameStream stream = model.stream(SIDE, SIDE, 1, window);
                            FrameStream other = model.stream(SIDE, SIDE, 1, window)) {
                        for (int f = 0; f < finished; f++) {
                            commit(stream, f);
                        }
                        if (finished % 2 == 0) {
                            predictNext(stream);
                        }
                        Snapshot saved = Snapshot.empty();
                        stream.save(saved);
                        commit(other, 99); // what it remembers is replaced
                        other.load(saved);
                        for (int f = finished; f < finished + 3; f++) {
                            assertThat(torch.equal(predictNext(stream), predictNext(other)))
                                    .as("%d finished, then frame %d", finished, f)
                                    .isTrue();
                            commit(stream, f);
                            commit(other, f);
                        }
                        assertThat(other.finished()).isEqualTo(stream.finished());
                        assertThat(other.bytes()).isEqualTo(stream.bytes());
                    }
                }
            });
        }
    }

    /** The memory of a stream stops growing. */
    @Test
    void memoryOfAStreamIsBounded() {
        models().forEach(config -> {
            try (VideoModel model = randomModel(config);
                    FrameStream stream = model.stream(SIDE, SIDE, 1, new ContextWindow(WINDOW, 2))) {
                Scopes.runWithoutGrad(() -> {
                    for (int f = 0; f < 3 * WINDOW; f++) {
                        commit(stream, f);
                    }
                    long bytes = stream.bytes();
                    for (int f = 3 * WINDOW; f < 10 * WINDOW; f++) {
                        commit(stream, f);
                    }
                    assertThat(stream.bytes()).isEqualTo(bytes).isPositive();
                });
            }
        });
    }
}
