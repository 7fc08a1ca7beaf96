// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.LatentLayout;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.model.Conditions;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Distance;
import io.lightcone.video.Clip;
import io.lightcone.video.Clip.Tags;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionedTrainingTest {
    private static final Device CPU = new Device("cpu");
    private static final LatentLayout PIXELS = new LatentLayout(1, 1, 1);
    private static final List<String> DIGITS = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    private static final List<String> WAYS = List.of("stay", "left", "right", "up", "down");

    private static Clip clip(int label, Integer... actions) {
        return new Clip("clip", 3, 1, 1, 1, new byte[3]).with(new Tags(label, List.of(actions)));
    }

    @Test
    void conditionsAreReadFromClips() {
        assertThat(ClipConditions.of(List.of(clip(4, 0, 1, 2), clip(-1, 2, 2, 2)), PIXELS))
                .isEqualTo(new Conditions(List.of(4, Conditions.NULL), List.of(List.of(0, 1, 2), List.of(2, 2, 2))));
        assertThat(ClipConditions.of(List.of(clip(-1, 0, 1, 2), clip(-1)), PIXELS))
                .isEqualTo(
                        new Conditions(List.of(), List.of(List.of(0, 1, 2), Collections.nCopies(3, Conditions.NULL))));
        assertThat(ClipConditions.of(List.of(clip(-1), clip(-1)), PIXELS)).isEqualTo(Conditions.NONE);
    }

    /** Counts over 40,000 clips, where the standard deviation of a share of 0.3 is 0.0023. */
    @Test
    void classesAndActionsAreHiddenIndependentlyWithTheGivenProbability() {
        double p = 0.3;
        RandomStreams streams = new RandomStreams(7);
        List<Clip> batch = Collections.nCopies(4, clip(1, 0, 1, 2));
        int noClass = 0;
        int noActions = 0;
        int neither = 0;
        int[] hidden = new int[4];
        for (int step = 0; step < 10_000; step++) {
            Conditions got = ClipConditions.dropped(batch, PIXELS, 0, p, streams, step);
            for (int b = 0; b < 4; b++) {
                boolean a = got.classes().isEmpty() || got.classes().get(b) == Conditions.NULL;
                assertThat(a || got.classes().get(b) == 1).isTrue();
                List<Integer> actions = got.actions().get(b);
                int first = (int) actions.stream()
                        .takeWhile(action -> action == Conditions.NULL)
                        .count();
                assertThat(actions.subList(first, 3))
                        .as("only the first ones")
                        .isEqualTo(List.of(0, 1, 2).subList(first, 3));
                boolean c = first > 0;
                noClass += a ? 1 : 0;
                noActions += c ? 1 : 0;
                hidden[first]++;
                neither += a && c ? 1 : 0;
            }
        }
        for (int first = 1; first <= 3; first++) {
            assertThat(hidden[first] / 40_000.0).as("any number of them").isCloseTo(p / 3, Offset.offset(0.01));
        }
        assertThat(noClass / 40_000.0).isCloseTo(p, Offset.offset(0.01));
        assertThat(noActions / 40_000.0).isCloseTo(p, Offset.offset(0.01));
        assertThat(neither / 40_000.0).isCloseTo(p * p, Offset.offset(0.01));
    }

    @Test
    void hiddenConditionsFollowFromSeedStepAndPlace() {
        List<Clip> batch = Collections.nCopies(64, clip(1, 0, 1, 2));
        RandomStreams streams = new RandomStreams(7);
        Conditions got = ClipConditions.dropped(batch, PIXELS, 0, 0.5, streams, 3);
        assertThat(ClipConditions.dropped(batch, PIXELS, 0, 0.5, new RandomStreams(7), 3))
                .isEqualTo(got);
        assertThat(ClipConditions.dropped(batch, PIXELS, 0, 0.5, streams, 4)).isNotEqualTo(got);
        assertThat(ClipConditions.dropped(batch, PIXELS, 0, 0.5, new RandomStreams(8), 3))
                .isNotEqualTo(got);
        assertThat(ClipConditions.dropped(batch.subList(0, 32), PIXELS, 0, 0.5, streams, 3)
                        .classes())
                .isEqualTo(got.classes().subList(0, 32));
        assertThat(ClipConditions.dropped(batch, PIXELS, 0, 0, streams, 3)).isEqualTo(ClipConditions.of(batch, PIXELS));
    }

    /** AdamW's running mean of a row is zero as long as the row never had a gradient. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1 - 1e-9})
    void hiddenConditionsTrainTheNullRows(double dropout) {
        RunConfig config = TestRuns.conditioned(TestRuns.small(10), dropout);
        boolean hidden = dropout > 0;
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            for (int step = 0; step < 4; step++) {
                trainer.step(step, TestRuns.batch(config, step), 1e-2);
            }
            TrainingState state = new TrainingState(
                    4, 1, 0, 10, "pixels", "denoising", new Provenance("v", "c", "f", "now", "", "", ""));
            Map<String, Tensor> optimizer = trainer.checkpoint(state).optimizer();
            Scopes.run(() -> {
                for (String table : List.of("condition.classes", "condition.actions")) {
                    Tensor mean = Objects.requireNonNull(optimizer.get("mean." + table));
                    double[] rows = Tensors.doubles(mean.abs().sum(1L));
                    double named = IntStream.range(0, rows.length - 1)
                            .mapToDouble(row -> rows[row])
                            .sum();
                    assertThat(rows[rows.length - 1] > 0)
                            .as("null row of " + table)
                            .isEqualTo(hidden);
                    boolean allHidden = hidden && table.equals("condition.classes"); // of actions only the first few
                    assertThat(named > 0).as("named rows of " + table).isEqualTo(!allHidden);
                }
            });
        }
    }

    @Test
    void theModelTakesTheNamesOfTheData() {
        RunConfig plain = TestRuns.small(5);
        assertThat(plain.conditioned(TestRuns.data(plain))).isEqualTo(plain);
        RunConfig config = TestRuns.conditioned(5);
        assertThat(config.model().classes()).isEqualTo(DIGITS);
        assertThat(config.model().actions()).isEqualTo(WAYS);
        ClipDataset data = TestRuns.data(config);
        assertThat(config.conditioned(data)).isEqualTo(config);
        String yaml = ConfigReader.write(config);
        assertThat(yaml).contains("labels: true", "steering: true", "conditionDropout: 0.3");
        assertThat(yaml).contains("actions: [stay, left, right, up, down]");
        assertThat(ConfigReader.read(RunConfig.class, config, null, List.of())).isEqualTo(config);
        assertThat(ConfigReader.read(RunConfig.class, plain, null, List.of("model.classes=[\"0\", b c]"))
                        .model()
                        .classes())
                .containsExactly("0", "b c");
    }

    @Test
    void aModelForOtherNamesIsRefused() {
        RunConfig config = TestRuns.conditioned(5);
        ClipDataset data = TestRuns.data(config);
        RunConfig other = config.with(config.model().conditioned(List.of("cat", "dog"), WAYS));
        assertThatThrownBy(() -> other.conditioned(data))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "model.classes is cat, dog, but the data has the classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; train on"
                                + " the data that the model is for, or start a run without model.classes, "
                                + "which then takes those"
                                + " of its data");
        RunConfig plain = TestRuns.small(5);
        RunConfig named = plain.with(plain.model().conditioned(List.of(), List.of("jump")));
        assertThatThrownBy(() -> named.conditioned(TestRuns.data(plain)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("model.actions is jump, but the data has no actions; ");
        assertThatThrownBy(() -> TestRuns.conditioned(TestRuns.small(5), 1))
                .hasMessage(
                        "training is not valid: conditionDropout must be a probability below 1, not 1.0, set in setting"
                                + " training.conditionDropout=1.0");
    }

    /** Returns a model with every weight random, so that conditions matter before anything is learned. */
    private static RunModel randomModel(RunConfig config, Trainer trainer) {
        Scopes.runWithoutGrad(() -> {
            var random = new RandomStreams(5).tensors("weights", 0, 0);
            trainer.average()
                    .parameters()
                    .tensors()
                    .forEach((name, tensor) ->
                            tensor.copy_(random.normal(tensor.shape()).mul(new Scalar(0.2))));
        });
        return new RunModel(config, trainer.average(), trainer.codec(), CPU, 10);
    }

    private static RunConfig with(RunConfig config, String setting) {
        return ConfigReader.read(RunConfig.class, config, null, List.of(setting));
    }

    private static List<float[]> generate(RunModel model, Conditions conditions) {
        Noise noise = new Noise(new RandomStreams(1), List.of(0, 1), model.frameShape(), CPU);
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> {
            Tensor given = new RandomStreams(2).tensors("given", 0, 0).uniform(2, 2, 1, 16, 16);
            try (RollOut rollOut = model.conditioned(conditions)
                    .rollOut(model.config().sampling().plan(6, 2), noise, given)) {
                while (rollOut.hasNext()) {
                    Scopes.run(() -> frames.add(Tensors.floats(rollOut.next())));
                }
            }
        });
        return frames;
    }

    /** The conditions of a frame are those of its place in the video, by whichever method the past is remembered. */
    @Test
    void cachedAndWindowedGenerationFollowTheSameActions() {
        RunConfig config = TestRuns.conditioned(5);
        Conditions conditions =
                new Conditions(List.of(3, Conditions.NULL), List.of(List.of(0, 1, 2, 3, 4), List.of(0, 0, 4, 4, 2)));
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            List<float[]> cached = generate(randomModel(with(config, "sampling.cache=true"), trainer), conditions);
            List<float[]> windowed = generate(randomModel(with(config, "sampling.cache=false"), trainer), conditions);
            assertThat(cached).hasSize(4);
            for (int f = 0; f < 4; f++) {
                assertThat(windowed.get(f)).containsExactly(cached.get(f), Offset.offset(1e-4f));
            }
            RunModel model = randomModel(with(config, "sampling.cache=true"), trainer);
            Conditions later =
                    new Conditions(conditions.classes(), List.of(List.of(0, 1, 2, 3, 0), List.of(0, 0, 4, 4, 0)));
            List<float[]> changed = generate(model, later);
            assertThat(changed.get(0)).isEqualTo(cached.get(0));
            assertThat(changed.get(1)).as("the frame before the other action").isEqualTo(cached.get(1));
            assertThat(Distance.between(changed.get(2), cached.get(2))).isGreaterThan(0.05);
            assertThat(Distance.between(changed.get(3), cached.get(3)))
                    .as("it holds on")
                    .isGreaterThan(0.05);
            assertThat(Distance.between(
                            generate(model, conditions.withoutClasses()).get(0), cached.get(0)))
                    .isGreaterThan(0.05);
        }
    }

    /** Guidance leads away from the null class; without a class there is nothing to move away from. */
    @Test
    void guidanceTowardsTheClassLeavesTheActions() {
        RunConfig config = TestRuns.conditioned(5);
        Conditions named = Conditions.alike(2, 3, List.of(0, 1, 2, 3, 4, 1));
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            RunModel plain = randomModel(config, trainer);
            RunModel guided = randomModel(with(config, "sampling.guidance.classes=3"), trainer);
            List<float[]> unguided = generate(plain, named.withoutClasses());
            List<float[]> same = generate(guided, named.withoutClasses());
            for (int f = 0; f < unguided.size(); f++) {
                assertThat(same.get(f)).containsExactly(unguided.get(f), Offset.offset(1e-3f));
            }
            assertThat(Distance.between(
                            generate(guided, named).get(0),
                            generate(plain, named).get(0)))
                    .isGreaterThan(0.05);
        }
    }

    /** A continuation follows the class and the actions of the true clip. */
    @Test
    void continuationsFollowTheTrueClassAndActions() {
        RunConfig config = TestRuns.conditioned(5);
        Clip truth = TestRuns.data(config).heldOut(0);
        Tags tags = truth.tags();
        List<Integer> other = new ArrayList<>(tags.actions());
        other.set(4, (tags.actions().get(4) + 1) % WAYS.size());
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            RunModel model = randomModel(config, trainer);
            RandomStreams streams = new RandomStreams(1);
            Clip one = new Continuation(
                            model::conditionedOn, model.codec(), model.config().sampling(), 2)
                    .of(List.of(truth), streams, () -> {})
                    .get(0);
            Clip two = new Continuation(
                            model::conditionedOn, model.codec(), model.config().sampling(), 2)
                    .of(List.of(truth.with(new Tags(tags.label(), other))), streams, () -> {})
                    .get(0);
            assertThat(one.tags()).isEqualTo(tags);
            assertThat(two.slice(0, 4).pixels()).isEqualTo(one.slice(0, 4).pixels());
            assertThat(Distance.between(
                            two.slice(4, 1).pixels(), one.slice(4, 1).pixels()))
                    .isGreaterThan(5);
        }
    }
}
