// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static io.lightcone.model.VideoTransformerTest.FRAMES;
import static io.lightcone.model.VideoTransformerTest.HEIGHT;
import static io.lightcone.model.VideoTransformerTest.WIDTH;
import static io.lightcone.model.VideoTransformerTest.compute;
import static io.lightcone.model.VideoTransformerTest.frames;
import static io.lightcone.model.VideoTransformerTest.levels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelConfig.Combine;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

class SeparableTransformerTest {
    private static final int NULL = Conditions.NULL;
    private static final Conditions SOME =
            new Conditions(List.of(1, NULL), List.of(List.of(0, 1, 2, NULL, 1, 0), List.of(2, 2, 0, 1, NULL, 1)));

    /** Returns models of every attention with every method to combine, two layers of encoder and one of decoder. */
    static Stream<ModelConfig> models() {
        return VideoTransformerTest.models()
                .flatMap(each -> Arrays.stream(Combine.values()).map(combine -> separated(each, combine)));
    }

    private static ModelConfig separated(ModelConfig model, Combine combine) {
        return ConfigReader.with(
                model, "encoder=2", "combine=" + combine, "classes=[a, b]", "actions=[left, right, stay]");
    }

    private static SeparableTransformer randomModel(ModelConfig config, ScalarType type) {
        SeparableTransformer model =
                SeparableTransformer.of(config, Parameters.fresh(new Device("cpu"), type), compute(type));
        Scopes.runWithoutGrad(() -> {
            var random = new RandomStreams(5).tensors("weights", 0, 0);
            model.parameters()
                    .tensors()
                    .forEach((name, tensor) ->
                            tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.3))));
        });
        return model;
    }

    private static ContextFrames context(ScalarType type) {
        return ContextFrames.plain(
                frames(3, FRAMES, type), levels(4, FRAMES, type).mul(new Scalar(0.2)));
    }

    private static Tensor changed(Tensor x, int frame) {
        Tensor other = x.clone();
        other.narrow(1, frame, 1).mul_(new Scalar(0.5)).add_(new Scalar(0.1));
        return other;
    }

    /** Returns which frames of a prediction differ; those that do not are equal bit for bit. */
    private static List<Boolean> differs(Tensor a, Tensor b) {
        return Stream.iterate(0, frame -> frame + 1)
                .limit(a.size(1))
                .map(frame -> a.narrow(1, frame, 1)
                        .sub(b.narrow(1, frame, 1))
                        .abs()
                        .max()
                        .item_double())
                .peek(distance -> assertThat(distance)
                        .satisfiesAnyOf(
                                d -> assertThat(d).isZero(),
                                d -> assertThat(d).as("more than rounding").isGreaterThan(1e-4)))
                .map(distance -> distance > 0)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("models")
    void theDecoderSeesItsOwnNoiseAlone(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames context = context(ScalarType.Float);
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(context, x, level, SOME);
                for (int frame = 0; frame < FRAMES; frame++) {
                    int only = frame;
                    List<Boolean> expected = Stream.iterate(0, f -> f + 1)
                            .limit(FRAMES)
                            .map(f -> f == only)
                            .toList();
                    assertThat(differs(before, model.predict(context, changed(x, frame), level, SOME)))
                            .isEqualTo(expected);
                    assertThat(differs(before, model.predict(context, x, changed(level, frame), SOME)))
                            .isEqualTo(expected);
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aFrameLearnsOfEarlierFramesAndOfNoLaterOne(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames context = context(ScalarType.Float);
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(context, x, level, SOME);
                for (int frame = 0; frame < FRAMES; frame++) {
                    ContextFrames otherFrame =
                            ContextFrames.plain(changed(context.x_BTCHW(), frame), context.level_BT());
                    ContextFrames otherLevel =
                            ContextFrames.plain(context.x_BTCHW(), changed(context.level_BT(), frame));
                    for (ContextFrames other : List.of(otherFrame, otherLevel)) {
                        List<Boolean> differs = differs(before, model.predict(other, x, level, SOME));
                        assertThat(differs.subList(0, frame + 1)).containsOnly(false);
                        if (frame + 1 < FRAMES) {
                            assertThat(differs.get(frame + 1)).isTrue();
                        }
                    }
                }
            });
        }
    }

    /** The encoder is conditioned on the action that leads to the next frame, and the decoder on the same one. */
    @ParameterizedTest
    @MethodSource("models")
    void anActionChangesItsOwnFrameThroughBothHalves(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames context = context(ScalarType.Float);
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(context, x, level, SOME);
                Conditions other = new Conditions(
                        SOME.classes(),
                        List.of(List.of(0, 1, 2, 1, 1, 0), SOME.actions().get(1)));
                List<Boolean> differs = differs(before, model.predict(context, x, level, other));
                assertThat(differs.subList(0, 4)).containsExactly(false, false, false, true);

                withoutDecoderActions(model);
                Tensor blind = model.predict(context, x, level, SOME);
                assertThat(differs(blind, model.predict(context, x, level, other))
                                .subList(0, 4))
                        .as("through the encoder alone")
                        .containsExactly(false, false, false, true);
            });
        }
    }

    /** Frames that carry no loss can be left out, which changes neither the others nor what is learned of them. */
    @ParameterizedTest
    @MethodSource("models")
    void framesThatAreNotWantedMakeNoDifferenceToOthers(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Double)) {
            Map<String, Tensor> weights = model.parameters().tensors();
            Scopes.run(() -> {
                Tensor wanted = Tensors.of(new long[] {1, 2, FRAMES - 1, FRAMES + 3}, 4);
                Tensor expected = learned(model.given(context(ScalarType.Double), SOME), wanted);
                Map<String, Tensor> gradients = new HashMap<>();
                weights.forEach((name, weight) -> {
                    gradients.put(name, weight.grad().clone());
                    weight.grad().zero_();
                });
                Tensor got =
                        learned(model.given(context(ScalarType.Double), SOME).only(wanted), wanted);
                assertThat(torch.allclose(got, expected, 0, 1e-10, false)).isTrue();
                weights.forEach((name, weight) -> assertThat(
                                torch.allclose(weight.grad(), gradients.get(name), 0, 1e-10, false))
                        .as(name)
                        .isTrue());
            });
        }
    }

    /** Returns what is predicted of some frames, and learns something of these. */
    private static Tensor learned(ClipPredictor predictor, Tensor wanted) {
        Tensor predicted = predictor
                .predict(frames(1, FRAMES, ScalarType.Double), levels(2, FRAMES, ScalarType.Double), null)
                .flatten(0, 1)
                .index_select(0, wanted);
        predicted.square().sum().backward();
        return predicted.detach();
    }

    private static void withoutDecoderActions(SeparableTransformer model) {
        Scopes.runWithoutGrad(() -> model.parameters().tensors().forEach((name, tensor) -> {
            if (name.equals("decoder.condition.actions")) {
                tensor.zero_();
            }
        }));
    }

    /**
     * A stream goes frame by frame with caches, the encoder once and the decoder any number of times, and equals the
     * whole clip.
     */
    @ParameterizedTest
    @MethodSource("models")
    void aStreamEqualsTheWholeClipAndRunsTheEncoderOncePerFrame(ModelConfig config) {
        int steps = 3;
        try (SeparableTransformer model = randomModel(config, ScalarType.Double)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames context = context(ScalarType.Double);
                Tensor x = frames(1, FRAMES, ScalarType.Double);
                Tensor level = levels(2, FRAMES, ScalarType.Double);
                Tensor whole = model.predict(context, x, level, SOME);
                try (SeparableStream stream =
                        (SeparableStream) model.stream(HEIGHT, WIDTH, 1, ContextWindow.UNLIMITED)) {
                    for (int t = 0; t < FRAMES; t++) {
                        Conditions own = SOME.frames(t, 1);
                        Tensor noisy = x.narrow(1, t, 1);
                        for (int step = 1; step < steps; step++) {
                            stream.predict(noisy.neg(), level.narrow(1, t, 1).mul(new Scalar(0.5)), own);
                        }
                        Tensor got = stream.predict(noisy, level.narrow(1, t, 1), own);
                        assertThat(torch.allclose(got, whole.narrow(1, t, 1), 0, 1e-10, false))
                                .as("frame %d", t)
                                .isTrue();
                        stream.commit(
                                context.x_BTCHW().narrow(1, t, 1),
                                context.level_BT().narrow(1, t, 1),
                                own);
                        assertThat(stream.finished()).isEqualTo(t + 1);
                        assertThat(stream.encoderPasses()).isEqualTo(t);
                        assertThat(stream.decoderPasses()).isEqualTo((long) steps * (t + 1));
                    }
                }
            });
        }
    }

    /** In training, a clip longer than the window is seen as a video in the making is, by the encoder too. */
    @ParameterizedTest
    @MethodSource("models")
    void aLongClipSeenThroughAWindowEqualsAStreamThroughIt(ModelConfig config) {
        ContextWindow window = new ContextWindow(3, 0);
        ModelConfig unanchored = config.with(config.branches().stream()
                .map(branch -> branch.limitedTo(branch.frames(), 0))
                .toList());
        try (SeparableTransformer model = randomModel(unanchored, ScalarType.Double)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames context = context(ScalarType.Double);
                Tensor x = frames(1, FRAMES, ScalarType.Double);
                Tensor level = levels(2, FRAMES, ScalarType.Double);
                Tensor whole = model.predict(context.within(window), x, level, SOME);
                try (FrameStream stream = model.stream(HEIGHT, WIDTH, 1, window)) {
                    for (int t = 0; t < FRAMES; t++) {
                        Conditions own = SOME.frames(t, 1);
                        Tensor got = stream.predict(x.narrow(1, t, 1), level.narrow(1, t, 1), own);
                        assertThat(torch.allclose(got, whole.narrow(1, t, 1), 0, 1e-10, false))
                                .as("frame %d", t)
                                .isTrue();
                        stream.commit(
                                context.x_BTCHW().narrow(1, t, 1),
                                context.level_BT().narrow(1, t, 1),
                                own);
                    }
                }
            });
        }
    }

    /** Given frames are committed together, and are never decoded. */
    @ParameterizedTest
    @MethodSource("models")
    void committingFramesTogetherEqualsCommittingThemOneByOne(ModelConfig config) {
        int given = 4;
        try (SeparableTransformer model = randomModel(config, ScalarType.Double)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames context = context(ScalarType.Double);
                Tensor x = frames(1, FRAMES, ScalarType.Double);
                Tensor level = levels(2, FRAMES, ScalarType.Double);
                Tensor whole = model.predict(context, x, level, SOME);
                try (SeparableStream stream =
                        (SeparableStream) model.stream(HEIGHT, WIDTH, given, ContextWindow.UNLIMITED)) {
                    stream.commit(
                            context.x_BTCHW().narrow(1, 0, given),
                            context.level_BT().narrow(1, 0, given),
                            SOME.frames(0, given));
                    Tensor got =
                            stream.predict(x.narrow(1, given, 1), level.narrow(1, given, 1), SOME.frames(given, 1));
                    assertThat(torch.allclose(got, whole.narrow(1, given, 1), 0, 1e-10, false))
                            .isTrue();
                    assertThat(stream.encoderPasses()).isEqualTo(given);
                    assertThat(stream.decoderPasses()).isEqualTo(1);
                }
            });
        }
    }

    /** Two draws in one call have the mean loss of two calls, and the mean gradient of the encoder. */
    @ParameterizedTest
    @MethodSource("models")
    void drawsShareTheEncoderAndMeetInItsGradient(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Double)) {
            Tensor[] x = new Tensor[2];
            Tensor[] level = new Tensor[2];
            Scopes.run(() -> {
                ContextFrames context = context(ScalarType.Double);
                double loss = 0;
                Map<String, double[]> single = new TreeMap<>();
                for (int draw = 0; draw < 2; draw++) {
                    x[draw] = frames(10 + draw, FRAMES, ScalarType.Double);
                    level[draw] = levels(20 + draw, FRAMES, ScalarType.Double);
                    loss += learn(model, context, x[draw], level[draw]) / 2;
                    gradients(model).forEach((name, values) -> single.merge(name, halved(values), (a, b) -> sum(a, b)));
                }
                double together = learn(model, context, Tensors.cat(0, x), Tensors.cat(0, level));
                assertThat(together).isCloseTo(loss, Offset.offset(1e-12));
                gradients(model)
                        .forEach((name, values) -> assertThat(values)
                                .as(name)
                                .usingComparatorWithPrecision(1e-10)
                                .containsExactly(single.get(name)));
                assertThat(Arrays.stream(single.get("encoder.embed.weight"))
                                .map(Math::abs)
                                .sum())
                        .isPositive();
            });
        }
    }

    private static double learn(SeparableTransformer model, ContextFrames context, Tensor x, Tensor level) {
        model.parameters().tensors().values().forEach(weight -> {
            if (weight.grad().defined()) {
                weight.mutable_grad().zero_();
            }
        });
        Tensor loss = model.predict(context, x, level, SOME).square().mean();
        loss.backward();
        return loss.item_double();
    }

    private static Map<String, double[]> gradients(SeparableTransformer model) {
        Map<String, double[]> all = new TreeMap<>();
        model.parameters().tensors().forEach((name, weight) -> {
            if (weight.grad().defined()) {
                all.put(name, Tensors.doubles(weight.grad()));
            }
        });
        return all;
    }

    private static double[] halved(double[] values) {
        return Arrays.stream(values).map(value -> value / 2).toArray();
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    /** A past at level 1 is noise alone and equals no past. */
    @ParameterizedTest
    @MethodSource("models")
    void aPastAtLevelOneEqualsNoPast(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Double)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, 1, ScalarType.Double);
                Tensor level = levels(2, 1, ScalarType.Double);
                Tensor alone = model.predict(ContextFrames.plain(x, level), x, level, SOME.frames(1, 1));
                Tensor noise = frames(9, 2, ScalarType.Double);
                Tensor two = Tensors.cat(1, noise.narrow(1, 0, 1), x);
                Tensor levels = Tensors.cat(1, torch.ones_like(level), level);
                Tensor behind = model.predict(two, levels, SOME.frames(0, 2));
                assertThat(torch.allclose(alone, behind.narrow(1, 1, 1), 0, 1e-10, false))
                        .isTrue();
                try (FrameStream stream = model.stream(HEIGHT, WIDTH, 1, ContextWindow.UNLIMITED)) {
                    stream.commit(noise.narrow(1, 0, 1), torch.ones_like(level), SOME.frames(0, 1));
                    Tensor streamed = stream.predict(x, level, SOME.frames(1, 1));
                    assertThat(torch.allclose(alone, streamed, 0, 1e-10, false)).isTrue();
                }
            });
        }
    }

    /** Noise on the encoder's tokens reaches every frame but the first, and none if its size is zero. */
    @ParameterizedTest
    @MethodSource("models")
    void perturbationChangesEveryFrameButTheFirst(ModelConfig config) {
        try (SeparableTransformer model = randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                ContextFrames plain = context(ScalarType.Float);
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(plain, x, level, SOME);
                for (double size : new double[] {0, 0.05}) {
                    var random = new RandomStreams(8).batch("perturbation", 0, 0, 1);
                    ContextFrames noisy =
                            new ContextFrames(plain.x_BTCHW(), plain.level_BT(), size, random, ContextWindow.UNLIMITED);
                    List<Boolean> differs = differs(before, model.predict(noisy, x, level, SOME));
                    assertThat(differs.get(0)).isFalse();
                    assertThat(differs.subList(1, FRAMES)).containsOnly(size > 0);
                }
            });
        }
    }

    @Test
    void fromTheStartPastAndFrameAreSummedWhereTheyMeetInChannels() {
        ModelConfig dense = VideoTransformerTest.models().skip(3).findFirst().orElseThrow();
        Tensor[] predictions = new Tensor[2];
        Scopes.runWithoutGrad(() -> {
            for (int i = 0; i < 2; i++) {
                Combine combine = i == 0 ? Combine.CHANNELS : Combine.ADD;
                try (SeparableTransformer model = randomModel(separated(dense, combine), ScalarType.Float)) {
                    predictions[i] = combinedAtFirst(model);
                }
            }
            assertThat(torch.allclose(predictions[0], predictions[1], 0, 1e-6, false))
                    .isTrue();
        });
    }

    private static Tensor combinedAtFirst(SeparableTransformer model) {
        model.initialise(new RandomStreams(1).tensors("initial weights", 0, 0));
        Tensor tokens = new RandomStreams(2)
                .tensors("tokens", 0, 0)
                .normal(1, 1, 4, model.config().width());
        return model.combined(tokens, tokens.mul(new Scalar(-3.0)));
    }

    @Test
    void theFirstPredictionIsZero() {
        ModelConfig config = models().findFirst().orElseThrow();
        try (SeparableTransformer model = randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                model.initialise(new RandomStreams(1).tensors("initial weights", 0, 0));
                Tensor out = model.predict(
                        context(ScalarType.Float),
                        frames(1, FRAMES, ScalarType.Float),
                        levels(2, FRAMES, ScalarType.Float),
                        SOME);
                assertThat(out.abs().max().item_double()).isZero();
            });
        }
    }

    @Test
    void anEncoderLeavesALayerToDenoise() {
        ModelConfig config = VideoTransformerTest.models().findFirst().orElseThrow();
        assertThatThrownBy(() -> config.separated(3))
                .hasMessage("encoder must lie between 0 and 2, one below depth, not 3");
        assertThatThrownBy(() -> config.separated(-1)).hasMessageContaining("not -1");
    }
}
