// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static io.lightcone.model.VideoTransformerTest.FRAMES;
import static io.lightcone.model.VideoTransformerTest.HEIGHT;
import static io.lightcone.model.VideoTransformerTest.WIDTH;
import static io.lightcone.model.VideoTransformerTest.compute;
import static io.lightcone.model.VideoTransformerTest.frames;
import static io.lightcone.model.VideoTransformerTest.levels;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what models do with how far the update of a frame goes. */
class ShortcutModelTest {
    private static final int FINEST = 8;
    private static final double[] SIZES = {1, 0.5, 0.25, 0.125};

    static Stream<ModelConfig> models() {
        ModelConfig msc = VideoTransformerTest.models().findFirst().orElseThrow();
        return Stream.of(0, 1)
                .flatMap(encoder -> Arrays.stream(ModelConfig.Combine.values())
                        .limit(encoder == 0 ? 1 : 3)
                        .map(combine -> ConfigReader.with(
                                msc, "encoder=" + encoder, "combine=" + combine, "shortcut=" + FINEST)));
    }

    private static VideoModel random(ModelConfig config) {
        Parameters fresh = Parameters.fresh(new Device("cpu"), ScalarType.Float);
        VideoModel model = VideoModel.of(config, fresh, compute(ScalarType.Float));
        Scopes.runWithoutGrad(() -> {
            var random = new RandomStreams(5).tensors("weights", 0, 0);
            model.parameters()
                    .tensors()
                    .forEach((name, tensor) ->
                            tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.3))));
        });
        return model;
    }

    private static Tensor steps(double... steps) {
        return Tensors.of(steps, 1, steps.length).expand(2, steps.length).to(ScalarType.Float);
    }

    private static Tensor all(double step) {
        double[] steps = new double[FRAMES];
        Arrays.fill(steps, step);
        return steps(steps);
    }

    private static double distance(Tensor a, Tensor b) {
        return a.sub(b).abs().max().item_double();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everySizeIsToldApartAndNoneIsTheFinest(ModelConfig config) {
        try (VideoModel model = random(config)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                List<Tensor> told = Arrays.stream(SIZES)
                        .mapToObj(size -> model.predict(x, level, all(size), Conditions.NONE))
                        .toList();
                for (int a = 0; a < SIZES.length; a++) {
                    for (int b = 0; b < a; b++) {
                        assertThat(distance(told.get(a), told.get(b))).isGreaterThan(1e-3);
                    }
                }
                for (Tensor same : List.of(
                        model.predict(x, level),
                        model.predict(x, level, all(0), Conditions.NONE),
                        model.predict(x, level, all(0.0625), Conditions.NONE))) {
                    assertThat(distance(same, told.get(SIZES.length - 1))).isZero();
                }
            });
        }
    }

    /** A frame sees its own update; whether later ones see it too depends on whether they see frames in work. */
    @ParameterizedTest
    @MethodSource("models")
    void theUpdateOfAFrameIsKnownToNoEarlierOneAndToNoEncoder(ModelConfig config) {
        try (VideoModel model = random(config)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(x, level, steps(0, 0, 0, 0, 0, 0), Conditions.NONE);
                Tensor after = model.predict(x, level, steps(0, 0, 1, 0, 0, 0), Conditions.NONE);
                for (int frame = 0; frame < FRAMES; frame++) {
                    boolean sees = config.separable() ? frame == 2 : frame >= 2;
                    assertThat(distance(before.narrow(1, frame, 1), after.narrow(1, frame, 1)) > 0)
                            .as("frame %d", frame)
                            .isEqualTo(sees);
                }
            });
        }
    }

    /** At one level, updates of several sizes are asked for in turns: what is kept of one is not taken for another. */
    @ParameterizedTest
    @MethodSource("models")
    void aStreamPredictsWhatTheWholeClipDoes(ModelConfig config) {
        try (VideoModel model = random(config);
                FrameStream stream = model.stream(HEIGHT, WIDTH, 1, ContextWindow.UNLIMITED)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = torch.ones(2, FRAMES).mul(new Scalar(0.5));
                for (int frame = 0; frame < FRAMES; frame++) {
                    for (double size : new double[] {1, 0.25, 0, 1, 0.25}) {
                        double[] steps = new double[frame + 1];
                        steps[frame] = size;
                        Tensor whole = model.predict(
                                        x.narrow(1, 0, frame + 1),
                                        level.narrow(1, 0, frame + 1),
                                        steps(steps),
                                        Conditions.NONE)
                                .narrow(1, frame, 1);
                        Tensor next = stream.predict(
                                x.narrow(1, frame, 1), level.narrow(1, frame, 1), steps(size), Conditions.NONE);
                        assertThat(Tensors.floats(next.contiguous()))
                                .containsExactly(Tensors.floats(whole.contiguous()), Offset.offset(2e-5f));
                    }
                    stream.commit(x.narrow(1, frame, 1), level.narrow(1, frame, 1));
                }
            });
        }
    }

    /** Some of the clips of a batch look back as far as all of them, and are predicted as among the others. */
    @ParameterizedTest
    @MethodSource("models")
    void someClipsArePredictedAsAmongTheOthers(ModelConfig config) {
        try (VideoModel model = random(config)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                ContextFrames context = ContextFrames.plain(frames(3, FRAMES, ScalarType.Float), level)
                        .within(new ContextWindow(3, 0));
                Tensor second = Tensors.of(new long[] {1}, 1);
                Tensor all = model.given(context, Conditions.NONE).predict(x, level, all(0.5));
                Tensor one = model.given(context.clips(second), Conditions.NONE)
                        .predict(x.narrow(0, 1, 1), level.narrow(0, 1, 1), all(0.5).narrow(0, 1, 1));
                assertThat(distance(one, all.narrow(0, 1, 1))).isLessThan(1e-5);
            });
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aModelThatIsNotToldPredictsTheSameForAll(ModelConfig config) {
        try (VideoModel model = random(config.shortcut(0))) {
            assertThat(model.parameters().tensors().keySet()).noneMatch(name -> name.endsWith("step"));
            Scopes.runWithoutGrad(() -> {
                Tensor x = frames(1, FRAMES, ScalarType.Float);
                Tensor level = levels(2, FRAMES, ScalarType.Float);
                assertThat(distance(
                                model.predict(x, level, all(1), Conditions.NONE),
                                model.predict(x, level, all(0.5), Conditions.NONE)))
                        .isZero();
            });
        }
    }
}
