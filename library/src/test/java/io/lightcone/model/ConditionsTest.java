// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.model;

import static io.lightcone.model.VideoTransformerTest.FRAMES;
import static io.lightcone.model.VideoTransformerTest.HEIGHT;
import static io.lightcone.model.VideoTransformerTest.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

class ConditionsTest {
    private static final List<String> CLASSES = List.of("cat", "dog");
    private static final List<String> ACTIONS = List.of("stay", "left", "right");

    /** The conditions of the two clips of the tests' batch. */
    private static final Conditions SOME = new Conditions(
            List.of(1, Conditions.NULL), List.of(List.of(0, 1, 2, 0, 1, 2), List.of(2, 2, Conditions.NULL, 0, 0, 1)));

    static Stream<ModelConfig> models() {
        return VideoTransformerTest.models().map(config -> config.conditioned(CLASSES, ACTIONS));
    }

    private static ModelConfig model() {
        return models().findFirst().orElseThrow();
    }

    private static Tensor weight(VideoTransformer model, String name) {
        return Objects.requireNonNull(model.parameters().tensors().get(name));
    }

    /** Returns {@code conditions} with another action for one frame of both clips. */
    private static Conditions changed(Conditions conditions, int frame) {
        List<List<Integer>> actions = new ArrayList<>();
        for (List<Integer> clip : conditions.actions()) {
            List<Integer> other = new ArrayList<>(clip);
            other.set(frame, (clip.get(frame) + 1) % ACTIONS.size());
            actions.add(other);
        }
        return new Conditions(conditions.classes(), actions);
    }

    @ParameterizedTest
    @MethodSource("models")
    void aLaterActionChangesNothingEarlierBitForBit(ModelConfig config) {
        try (VideoTransformer model = VideoTransformerTest.randomModel(config, ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = VideoTransformerTest.frames(1, FRAMES, ScalarType.Float);
                Tensor level = VideoTransformerTest.levels(2, FRAMES, ScalarType.Float);
                Tensor before = model.predict(x, level, SOME);
                for (int frame = 1; frame < FRAMES; frame++) {
                    Tensor after = model.predict(x, level, changed(SOME, frame));
                    VideoTransformerTest.expectChangeFrom(before, after, frame);
                }
                Tensor x2 = x.clone();
                x2.narrow(1, 3, 1).mul_(new Scalar(-2.0));
                VideoTransformerTest.expectChangeFrom(before, model.predict(x2, level, SOME), 3);
                Tensor otherClass = model.predict(x, level, new Conditions(List.of(0, 0), SOME.actions()));
                VideoTransformerTest.expectChangeFrom(before, otherClass, 0);
            });
        }
    }

    /** Each frame takes an action of its own, so the gradient of its row says which frames it reached. */
    @ParameterizedTest
    @MethodSource("models")
    void gradientsWithRespectToLaterActionsAreExactlyZero(ModelConfig plain) {
        List<String> own = List.of("a", "b", "c", "d", "e", "f");
        ModelConfig config = plain.conditioned(CLASSES, own);
        Conditions conditions = new Conditions(List.of(0, 1), Collections.nCopies(2, List.of(0, 1, 2, 3, 4, 5)));
        try (VideoTransformer model = VideoTransformerTest.randomModel(config, ScalarType.Float)) {
            Tensor actions = weight(model, "condition.actions");
            Tensor classes = weight(model, "condition.classes");
            for (int frame = 0; frame < FRAMES; frame++) {
                int output = frame;
                Scopes.run(() -> {
                    Tensor x = VideoTransformerTest.frames(1, FRAMES, ScalarType.Float);
                    Tensor level = VideoTransformerTest.levels(2, FRAMES, ScalarType.Float);
                    Tensor out = model.predict(x, level, conditions);
                    out.narrow(1, output, 1).sum().backward();
                    double[] byAction = Tensors.doubles(actions.grad().abs().sum(1L));
                    double[] byClass = Tensors.doubles(classes.grad().abs().sum(1L));
                    for (int later = output + 1; later < FRAMES; later++) {
                        assertThat(byAction[later]).isZero();
                    }
                    assertThat(byAction[output]).isPositive();
                    assertThat(byAction[FRAMES]).as("no null action was taken").isZero();
                    assertThat(byClass[0]).isPositive();
                    assertThat(byClass[1]).isPositive();
                    assertThat(byClass[2]).as("no null class was taken").isZero();
                    actions.mutable_grad().zero_();
                    classes.mutable_grad().zero_();
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void aStreamEqualsTheCallOverTheWholeClip(ModelConfig config) {
        try (VideoTransformer model = VideoTransformerTest.randomModel(config, ScalarType.Double)) {
            for (int block = 1; block <= 3; block++) {
                int step = block;
                Scopes.runWithoutGrad(() -> {
                    Tensor x = VideoTransformerTest.frames(1, FRAMES, ScalarType.Double);
                    Tensor level = VideoTransformerTest.levels(2, FRAMES, ScalarType.Double);
                    Tensor whole = model.predict(x, level, SOME);
                    try (FrameStream stream = model.stream(HEIGHT, WIDTH, step, ContextWindow.UNLIMITED)) {
                        for (int t = 0; t < FRAMES; t += step) {
                            Tensor part = x.narrow(1, t, step);
                            Tensor partLevel = level.narrow(1, t, step);
                            Conditions own = SOME.frames(t, step);
                            stream.predict(part, partLevel, Conditions.NONE);
                            Tensor got = stream.predict(part, partLevel, own);
                            assertThat(torch.allclose(got, whole.narrow(1, t, step), 0, 1e-10, false))
                                    .as("frame %d in blocks of %d", t, step)
                                    .isTrue();
                            stream.commit(part, partLevel, own);
                        }
                    }
                });
            }
        }
    }

    /** The null row is the last of each table, and conditions that are missing take it, all together or one by one. */
    @Test
    void missingConditionsAreTheNullClassAndTheNullAction() {
        try (VideoTransformer model = VideoTransformerTest.randomModel(model(), ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                Tensor x = VideoTransformerTest.frames(1, FRAMES, ScalarType.Float);
                Tensor level = VideoTransformerTest.levels(2, FRAMES, ScalarType.Float);
                Tensor unsaid = model.predict(x, level);
                Conditions nulls = new Conditions(
                        List.of(Conditions.NULL, Conditions.NULL),
                        Collections.nCopies(2, Collections.nCopies(FRAMES, Conditions.NULL)));
                assertThat(torch.equal(model.predict(x, level, nulls), unsaid)).isTrue();
                assertThat(torch.equal(model.predict(x, level, Conditions.NONE), unsaid))
                        .isTrue();
                weight(model, "condition.classes").narrow(0, 0, 2).fill_(new Scalar(9.0));
                weight(model, "condition.actions").narrow(0, 0, 3).fill_(new Scalar(9.0));
                assertThat(torch.equal(model.predict(x, level), unsaid))
                        .as("no other row is touched")
                        .isTrue();
                for (String table : List.of("condition.classes", "condition.actions")) {
                    Tensor rows = weight(model, table);
                    rows.narrow(0, rows.size(0) - 1, 1).add_(new Scalar(1.0));
                    assertThat(torch.equal(model.predict(x, level), unsaid))
                            .as("the last row of " + table)
                            .isFalse();
                    rows.narrow(0, rows.size(0) - 1, 1).sub_(new Scalar(1.0));
                }
            });
        }
    }

    @Test
    void aModelWithoutConditionsHasNoWeightsForThem() {
        ModelConfig plain = VideoTransformerTest.models().findFirst().orElseThrow();
        try (VideoTransformer without = VideoTransformerTest.randomModel(plain, ScalarType.Float);
                VideoTransformer with = VideoTransformerTest.randomModel(model(), ScalarType.Float)) {
            Set<String> names = new LinkedHashSet<>(with.parameters().tensors().keySet());
            names.removeAll(without.parameters().tensors().keySet());
            assertThat(names).containsExactly("condition.classes", "condition.actions");
            assertThat(with.parameters().count() - without.parameters().count()).isEqualTo((3 + 4) * 16L);
            assertThat(weight(with, "condition.classes").shape()).containsExactly(3, 16);
            assertThat(weight(with, "condition.actions").shape()).containsExactly(4, 16);
        }
    }

    @Test
    void freshRowsOfConditionsAreSmallNormal() {
        ModelConfig config = model().conditioned(
                        Stream.iterate(0, i -> i + 1)
                                .limit(999)
                                .map(String::valueOf)
                                .toList(),
                        List.of());
        try (VideoTransformer model = VideoTransformer.of(
                config,
                Parameters.fresh(new Device("cpu"), ScalarType.Float),
                VideoTransformerTest.compute(ScalarType.Float))) {
            Scopes.runWithoutGrad(() -> {
                model.initialise(new RandomStreams(1).tensors("initial weights", 0, 0));
                Tensor rows = weight(model, "condition.classes");
                assertThat(rows.mean().item_double()).isCloseTo(0, Offset.offset(1e-3));
                assertThat(rows.square().mean().item_double()).isCloseTo(4e-4, Offset.offset(2e-5));
            });
        }
    }

    @Test
    void conditionsThatFitNothingAreRefused() {
        try (VideoTransformer model = VideoTransformerTest.randomModel(model(), ScalarType.Float);
                VideoTransformer plain = VideoTransformerTest.randomModel(
                        VideoTransformerTest.models().findFirst().orElseThrow(), ScalarType.Float)) {
            Scopes.runWithoutGrad(() -> {
                expectRefused(
                        model,
                        new Conditions(List.of(2, 0), List.of()),
                        "the model knows 2 classes and none of number 2");
                expectRefused(
                        model,
                        Conditions.alike(2, 0, List.of(0, 1, 2, 3, 0, 0)),
                        "the model knows 3 actions and none of number 3");
                expectRefused(
                        model,
                        Conditions.alike(3, 0, List.of()),
                        "the conditions name 3 classes, but the call needs 2");
                expectRefused(model, SOME.frames(0, 5), "the conditions name 10 actions, but the call needs 12");
                expectRefused(
                        plain, Conditions.alike(2, 0, List.of()), "the model knows 0 classes and none of number 0");
                expectRefused(
                        model,
                        new Conditions(List.of(-2, 0), List.of()),
                        "the model knows 2 classes and none of number -2");
            });
        }
        assertThatThrownBy(() -> new Conditions(List.of(1), List.of(List.of(1), List.of(0))))
                .hasMessage("1 clips have a class, but 2 have actions");
        assertThatThrownBy(() -> new Conditions(List.of(), List.of(List.of(1), List.of(0, 0))))
                .hasMessage("clips of 2 and of 1 actions cannot be in one batch");
    }

    private static void expectRefused(VideoTransformer model, Conditions conditions, String message) {
        Tensor x = VideoTransformerTest.frames(1, FRAMES, ScalarType.Float);
        Tensor level = VideoTransformerTest.levels(2, FRAMES, ScalarType.Float);
        assertThatThrownBy(() -> model.predict(x, level, conditions))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void partsAndCopiesOfConditionsNameWhatTheirFramesHad() {
        assertThat(SOME.frames(1, 2))
                .isEqualTo(new Conditions(SOME.classes(), List.of(List.of(1, 2), List.of(2, Conditions.NULL))));
        assertThat(SOME.frames(4, 4).actions())
                .as("the last action holds on")
                .containsExactly(List.of(1, 2, 2, 2), List.of(0, 1, 1, 1));
        assertThat(SOME.withoutClasses()).isEqualTo(new Conditions(List.of(), SOME.actions()));
        assertThat(Conditions.NONE.frames(3, 2)).isEqualTo(Conditions.NONE);
        assertThat(Conditions.alike(2, 1, List.of(0, 2)))
                .isEqualTo(new Conditions(List.of(1, 1), List.of(List.of(0, 2), List.of(0, 2))));
        assertThat(Conditions.alike(2, Conditions.NULL, List.of())).isEqualTo(Conditions.NONE);
    }

    @Test
    void namesOfConditionsAreChecked() {
        ModelConfig config = model();
        assertThat(config.dense().classes()).isEqualTo(CLASSES);
        assertThat(config.dense().actions()).isEqualTo(ACTIONS);
        assertThatThrownBy(() -> config.conditioned(List.of("a", " "), List.of()))
                .hasMessage("classes must not be blank");
        assertThatThrownBy(() -> config.conditioned(List.of(), List.of("up", "down", "up")))
                .hasMessage("actions must differ, but 'up' is there twice");
        List<String> many = Stream.iterate(0, i -> i + 1)
                .limit(100_001)
                .map(String::valueOf)
                .toList();
        assertThatThrownBy(() -> config.conditioned(many, List.of()))
                .hasMessage("classes may be at most 100000, not 100001");
    }
}
