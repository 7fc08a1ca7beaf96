// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.attention.Grid;
import io.lightcone.attention.KeyFrames;
import io.lightcone.attention.Tile;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelConfig.BranchInput;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VideoTransformerTest {
    static final int FRAMES = 6;
    static final int HEIGHT = 10;
    static final int WIDTH = 14;
    private static final int PATCH = 2;

    /**
     * Returns models of depth 3 with everything that could leak: strides, anchors, cones, grids that nothing divides.
     */
    static Stream<ModelConfig> models() {
        BranchConfig anchored = BranchConfig.low(1, 2, 4, 2).withKeyFrames(KeyFrames.ANCHORED);
        BranchConfig cone = ConfigReader.with(BranchConfig.high(1, 2, 3), "cone.tokens=1", "cone.frames=2");
        return Stream.of(
                model(BranchInput.ALL, BranchConfig.high(1, 3, 2), BranchConfig.low(1, 2, 4, 2)),
                model(BranchInput.SPLIT, BranchConfig.high(1, 3, 2), anchored),
                model(BranchInput.ALL, cone, anchored),
                model(BranchInput.ALL, BranchConfig.dense(2)),
                ConfigReader.with(model(BranchInput.ALL, cone, anchored.limitedTo(0, 1)), "temporalEvery=2"));
    }

    private static ModelConfig model(BranchInput input, BranchConfig... branches) {
        return ConfigReader.with(ModelConfig.of(2, PATCH, 16, 3, 2, List.of(branches)), "branchInput=" + input);
    }

    /**
     * Returns plans by tiles that cut frames and do not fit them; the cost model would take these small clips whole.
     */
    static Compute compute(ScalarType type) {
        return new Compute(type, type, new AttentionPlans(AttentionPlans.Method.TILED, new Tile(2, 2, 3), 1L << 30));
    }

    /** Returns a model with every weight random, so that no zero hides a path. */
    static VideoTransformer randomModel(ModelConfig config, ScalarType type) {
        VideoTransformer model = VideoTransformer.of(config, Parameters.fresh(new Device("cpu"), type), compute(type));
        Scopes.runWithoutGrad(() -> {
            var random = new RandomStreams(5).tensors("weights", 0, 0);
            model.parameters()
                    .tensors()
                    .forEach((name, tensor) ->
                            tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.3))));
        });
        return model;
    }

    static Tensor frames(int seed, int count, ScalarType type) {
        return new RandomStreams(seed)
                .tensors("frames", 0, 0)
                .normal(2, count, 2, HEIGHT, WIDTH)
                .to(type);
    }

    static Tensor levels(int seed, int count, ScalarType type) {
        return new RandomStreams(seed).tensors("levels", 0, 0).uniform(2, count).to(type);
    }

    @ParameterizedTest
    @MethodSource("models")
    void aLaterFrameOrItsLevelChangesNothingEarlierBitForBit(ModelConfig config) {
        try (VideoTransformer model = randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(x, level);
                for (int changed = 1; changed < FRAMES; changed++) {
                    Tensor x2 = x.clone();
                    x2.narrow(1, changed, 1).mul_(new Scalar(-2.0));
                    expectChangeFrom(before, model.predict(x2, level), changed);
                    Tensor level2 = level.clone();
                    level2.narrow(1, changed, 1).add_(new Scalar(0.37));
                    expectChangeFrom(before, model.predict(x, level2), changed);
                }
            });
        }
    }

    static void expectChangeFrom(Tensor before, Tensor after, int frame) {
        assertThat(torch.equal(before.narrow(1, 0, frame), after.narrow(1, 0, frame)))
                .as("frames before %d are untouched", frame)
                .isTrue();
        assertThat(before.narrow(1, frame, 1)
                        .sub(after.narrow(1, frame, 1))
                        .abs()
                        .max()
                        .item_double())
                .as("frame %d itself changes", frame)
                .isGreaterThan(1e-3);
    }

    @ParameterizedTest
    @MethodSource("models")
    void gradientsOfEarlierFramesWithRespectToLaterOnesAreExactlyZero(ModelConfig config) {
        try (VideoTransformer model = randomModel(config, ScalarType.Float)) {
            for (int frame = 0; frame < FRAMES; frame++) {
                int output = frame;
                Scopes.run(() -> {
                    Tensor x = frames(1, FRAMES, ScalarType.Float).set_requires_grad(true);
                    Tensor level = levels(2, FRAMES, ScalarType.Float).set_requires_grad(true);
                    model.predict(x, level).narrow(1, output, 1).sum().backward();
                    double[] byFrame = Tensors.doubles(x.grad().abs().sum(0, 2, 3, 4));
                    double[] byLevel = Tensors.doubles(level.grad().abs().sum(0L));
                    for (int f = 0; f < FRAMES; f++) {
                        if (f > output) {
                            assertThat(byFrame[f]).isZero();
                            assertThat(byLevel[f]).isZero();
                        }
                    }
                    assertThat(byFrame[output]).isPositive();
                    assertThat(byLevel[output]).isPositive();
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aShorterClipIsThePrefixOfALongerOne(ModelConfig config) {
        try (VideoTransformer model = randomModel(config, ScalarType.Double)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Double);
                Tensor level = levels(2, FRAMES, ScalarType.Double);
                Tensor whole = model.predict(x, level);
                for (int count = 1; count < FRAMES; count++) {
                    Tensor part = model.predict(x.narrow(1, 0, count), level.narrow(1, 0, count));
                    assertThat(torch.allclose(part, whole.narrow(1, 0, count), 0, 1e-12, false))
                            .isTrue();
                }
            });
        }
    }

    /** One branch with everything open is ordinary frame-causal multi-head attention, here written out. */
    @Test
    void oneOpenBranchIsDenseFrameCausalAttention() {
        ModelConfig config = model(BranchInput.ALL, BranchConfig.dense(2));
        Grid grid = new Grid(4, 3, 5);
        int tokens = grid.tokensPerFrame();
        int width = config.width();
        int head = config.headWidth();
        try (Parameters parameters = Parameters.fresh(new Device("cpu"), ScalarType.Double);
                Compute compute = compute(ScalarType.Double)) {
            var rotary = new Rotary(head);
            var shared = new MultiScaleAttention.Shared(compute, rotary);
            var attention = new MultiScaleAttention(parameters, "a", config, 0, shared);
            Scopes.runWithoutGrad(() -> {
                var random = new RandomStreams(5).tensors("weights", 0, 0);
                parameters.tensors().forEach((name, tensor) -> tensor.copy_(random.normal(tensor.shape())));
                Tensor x = random.normal(2, 4, tokens, width).to(ScalarType.Double);
                Tensor c = random.normal(2, 4, width).to(ScalarType.Double);

                var weights = parameters.tensors();
                Tensor qkv = torch.linear(
                                x,
                                weights.get("a.branches.0.qkv.weight"),
                                new org.bytedeco.pytorch.TensorOptional(weights.get("a.branches.0.qkv.bias")))
                        .view(2, 4, tokens, 3, 2, head);
                Tensor qk = qkv.narrow(3, 0, 2);
                Tensor mean = qk.mean(new long[] {-1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
                Tensor centred = qk.sub(mean);
                Tensor variance =
                        centred.square().mean(new long[] {-1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
                Tensor normed =
                        centred.div(variance.add(new Scalar(1e-6)).sqrt()).mul(weights.get("a.branches.0.norm"));
                Tensor turned = rotary.turn(normed, grid, 0, 1);
                Tensor q = turned.select(3, 0).reshape(2, 4L * tokens, 2, head).permute(0, 2, 1, 3);
                Tensor k = turned.select(3, 1).reshape(2, 4L * tokens, 2, head).permute(0, 2, 3, 1);
                Tensor v = qkv.select(3, 2).reshape(2, 4L * tokens, 2, head).permute(0, 2, 1, 3);
                Tensor scores = q.matmul(k).mul(new Scalar(1 / Math.sqrt(head)));
                Tensor frame = torch.arange(new Scalar(4L * tokens)).floor_divide(new Scalar((long) tokens));
                Tensor later = frame.unsqueeze(0).gt(frame.unsqueeze(1));
                Tensor weight = torch.softmax(scores.masked_fill(later, new Scalar(Double.NEGATIVE_INFINITY)), -1);
                Tensor expected = torch.linear(
                        weight.matmul(v).permute(0, 2, 1, 3).reshape(2, 4, tokens, width),
                        weights.get("a.branches.0.out.weight"));

                Tensor seen = attention.apply(x, grid, new AttentionContext.OwnClip(compute));
                Tensor got = seen.mul(attention.channelGates(c).unsqueeze(2));
                assertThat(torch.allclose(got, expected, 0, 1e-12, false)).isTrue();
            });
        }
    }

    /**
     * A stream with a cache, frame by frame or in blocks, equals the whole clip; denoising calls in between leave no
     * trace.
     */
    @ParameterizedTest
    @MethodSource("models")
    void aStreamEqualsTheCallOverTheWholeClip(ModelConfig config) {
        try (VideoTransformer model = randomModel(config, ScalarType.Double)) {
            for (int block = 1; block <= 3; block++) {
                int step = block;
                Scopes.runWithoutGrad(() -> {
                    Tensor x = frames(1, FRAMES, ScalarType.Double);
                    Tensor level = levels(2, FRAMES, ScalarType.Double);
                    Tensor whole = model.predict(x, level);
                    try (FrameStream stream = model.stream(HEIGHT, WIDTH, step, ContextWindow.UNLIMITED)) {
                        for (int t = 0; t < FRAMES; t += step) {
                            Tensor part = x.narrow(1, t, step);
                            Tensor partLevel = level.narrow(1, t, step);
                            stream.predict(part.neg(), partLevel.mul(new Scalar(0.5)));
                            Tensor got = stream.predict(part, partLevel);
                            assertThat(torch.allclose(got, whole.narrow(1, t, step), 0, 1e-10, false))
                                    .as("frame %d in blocks of %d", t, step)
                                    .isTrue();
                            stream.commit(part, partLevel);
                        }
                        assertThat(stream.finished()).isEqualTo(FRAMES);
                    }
                });
            }
        }
    }

    /** In training, a clip longer than the window is seen as a video in the making is. */
    @ParameterizedTest
    @MethodSource("models")
    void aLongClipSeenThroughAWindowEqualsAStreamThroughIt(ModelConfig config) {
        ContextWindow window = new ContextWindow(3, 0);
        ModelConfig unanchored = config.with(config.branches().stream()
                .map(branch -> branch.limitedTo(branch.frames(), 0)) // distant sinks are moved in a stream alone
                .toList());
        try (VideoTransformer model = randomModel(unanchored, ScalarType.Double)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Double);
                Tensor level = levels(2, FRAMES, ScalarType.Double);
                ContextFrames context = ContextFrames.plain(x, level).within(window);
                Tensor whole = model.predict(context, x, level, Conditions.NONE);
                try (FrameStream stream = model.stream(HEIGHT, WIDTH, 1, window)) {
                    for (int t = 0; t < FRAMES; t++) {
                        Tensor got = stream.predict(x.narrow(1, t, 1), level.narrow(1, t, 1));
                        assertThat(torch.allclose(got, whole.narrow(1, t, 1), 0, 1e-10, false))
                                .as("frame %d", t)
                                .isTrue();
                        stream.commit(x.narrow(1, t, 1), level.narrow(1, t, 1));
                    }
                }
                Tensor first = model.predict(x, level).narrow(1, 0, 3);
                assertThat(torch.allclose(first, whole.narrow(1, 0, 3), 0, 1e-10, false))
                        .as("frames within the window see what they saw without it")
                        .isTrue();
            });
        }
    }

    @Test
    void aStreamRefusesOtherSizesAndTooManyFrames() {
        try (VideoTransformer model = randomModel(models().findFirst().orElseThrow(), ScalarType.Float);
                FrameStream stream = model.stream(HEIGHT, WIDTH, 2, ContextWindow.UNLIMITED)) {
            Scopes.runWithoutGrad(() -> {
                assertThatThrownBy(() -> stream.predict(torch.zeros(1, 3, 2, HEIGHT, WIDTH), torch.zeros(1, 3)))
                        .hasMessage("the stream was made for 2 frames in work, not 3");
                assertThatThrownBy(() -> stream.predict(torch.zeros(1, 1, 2, WIDTH, HEIGHT), torch.zeros(1, 1)))
                        .hasMessage("the stream is of 5x7 tokens, but the frames have 7x5");
                stream.predict(torch.zeros(2, 1, 2, HEIGHT, WIDTH), torch.zeros(2, 1));
                assertThatThrownBy(() -> stream.predict(torch.zeros(1, 1, 2, HEIGHT, WIDTH), torch.zeros(1, 1)))
                        .hasMessage("the cache holds a batch of 2, not of 1");
            });
        }
    }

    @Test
    void theFirstPredictionIsZeroAndAllGatesAreOne() {
        ModelConfig config = models().findFirst().orElseThrow();
        try (VideoTransformer model = VideoTransformer.of(
                        config, Parameters.fresh(new Device("cpu"), ScalarType.Float), compute(ScalarType.Float));
                Compute compute = compute(ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                model.parameters().tensors().forEach((name, tensor) -> tensor.fill_(new Scalar(3.0)));
                model.initialise(new RandomStreams(1).tensors("initial weights", 0, 0));
                Tensor out = model.predict(frames(1, FRAMES, ScalarType.Float), levels(2, FRAMES, ScalarType.Float));
                assertThat(out.abs().max().item_double()).isZero();
            });
            var shared = new MultiScaleAttention.Shared(compute, new Rotary(config.headWidth()));
            for (int layer = 0; layer < config.depth(); layer++) {
                expectGatesOfOne(config, model.parameters(), layer, shared);
            }
        }
    }

    private static void expectGatesOfOne(
            ModelConfig config, Parameters initialised, int layer, MultiScaleAttention.Shared shared) {
        try (Parameters own = Parameters.loaded(initialised.tensors(), new Device("cpu"))) {
            var attention = new MultiScaleAttention(own, "layers." + layer + ".attention", config, layer, shared);
            Scopes.runWithoutGrad(() -> {
                Tensor c = new RandomStreams(4).tensors("conditions", layer, 0).normal(2, FRAMES, config.width());
                assertThat(Tensors.floats(attention.gates(c))).containsOnly(1f);
            });
        }
    }

    @Test
    void gatesFollowTheLevelOfTheirFrameAndSumToTheNumberOfBranches() {
        ModelConfig config = models().findFirst().orElseThrow();
        try (Parameters parameters = Parameters.fresh(new Device("cpu"), ScalarType.Double);
                Compute compute = compute(ScalarType.Double)) {
            var shared = new MultiScaleAttention.Shared(compute, new Rotary(config.headWidth()));
            var attention = new MultiScaleAttention(parameters, "a", config, 0, shared);
            Scopes.runWithoutGrad(() -> {
                var random = new RandomStreams(5).tensors("weights", 0, 0);
                parameters.tensors().forEach((name, tensor) -> tensor.copy_(random.normal(tensor.shape())));
                Tensor c = random.normal(1, FRAMES, config.width()).to(ScalarType.Double);
                Tensor gates = attention.gates(c);
                for (double sum : Tensors.doubles(gates.sum(-1L))) {
                    assertThat(sum).isCloseTo(2.0, Offset.offset(1e-12));
                }
                Tensor changed = c.clone();
                changed.narrow(1, 2, 1).mul_(new Scalar(-1.0));
                Tensor difference = attention.gates(changed).sub(gates).abs().sum(-1L);
                double[] byFrame = Tensors.doubles(difference);
                for (int f = 0; f < FRAMES; f++) {
                    assertThat(byFrame[f] > 0).isEqualTo(f == 2);
                }
            });
        }
    }

    @Test
    void aFrameThatThePatchDoesNotDivideIsRefused() {
        try (VideoTransformer model = randomModel(models().findFirst().orElseThrow(), ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> assertThatThrownBy(
                            () -> model.predict(torch.zeros(1, 1, 2, 9, 8), torch.zeros(1, 1)))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("frames of 8x9 pixels cannot be cut into patches of 2x2"));
        }
    }

    @Test
    void downFactorsGrowWithDepthAndLeaveTwoCells() {
        BranchConfig low = BranchConfig.low(1, 2, 8, 2);
        assertThat(Stream.iterate(0, layer -> layer + 1)
                        .limit(12)
                        .map(layer -> low.at(layer, 12, 32, 32).down()))
                .containsExactly(2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8);
        assertThat(low.at(11, 12, 8, 32).down()).isEqualTo(4);
        assertThat(low.at(11, 12, 3, 3).down()).isEqualTo(2);
        assertThat(low.at(11, 12, 1, 9).down()).isEqualTo(1);
    }
}
