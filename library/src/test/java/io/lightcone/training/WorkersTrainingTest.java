// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.config.ConfigReader;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Models;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.testing.Cases;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that workers which share the clips of a step train as one that has them all, and always alike. */
class WorkersTrainingTest {
    private static final Device CPU = new Device("cpu");
    private static final int BATCH = 5;
    private static final int STEPS = 50;
    private static final TrainingState STATE = new TrainingState(
            0,
            3,
            0,
            8,
            "pixels",
            "denoising",
            new Provenance("test", "test", "none", "1970-01-01T00:00:00Z", "", "", ""));

    /** Three systems with all that is drawn by clip: conditions, noise on the past, generated past frames, draws. */
    private static RunConfig config(String system) {
        String[] settings = {"training.batch=" + BATCH, "training.levels.clean=0.4", "training.levels.cleanFrames=any"};
        RunConfig base = switch (system) {
            case "msc" -> ConfigReader.with(TestRuns.small(100, 8), settings);
            case "ar-diffusion" ->
                ConfigReader.with(
                        TestRuns.small(100, 8),
                        "training.batch=" + BATCH,
                        "training.levels.kind=fopp",
                        "training.levels.distribution=uniform",
                        "training.levels.mean=0");
            default ->
                ConfigReader.with(
                        ConfigReader.with(TestRuns.small(100, 8), settings),
                        "model.encoder=1",
                        "training.separable.pastLevel=0.3",
                        "training.separable.draws=2",
                        "training.separable.resampling.share=0.5",
                        "training.separable.resampling.after=0");
        };
        return TestRuns.conditioned(base, 0.5);
    }

    private static Trainer fresh(RunConfig config, int workers) {
        return (Trainer) Trainer.KIND.fresh(config, config.openCodec(CPU), CPU, Workers.sharing(workers, BATCH, CPU));
    }

    private static List<TrainingStep.Result> train(Trainer trainer, RunConfig config, int from, int to) {
        List<TrainingStep.Result> results = new ArrayList<>();
        for (int step = from; step < to; step++) {
            results.add(trainer.step(step, TestRuns.batch(config, step), 1e-3, 0.5));
        }
        return results;
    }

    /** Weights of both are as near to each other as sums in another order leave them after so many steps of Adam. */
    private static void requireNear(Map<String, float[]> got, Map<String, float[]> expected) {
        assertThat(got).containsOnlyKeys(expected.keySet());
        expected.forEach((name, values) -> {
            if (name.startsWith("optimiser")) {
                return;
            }
            float[] other = Objects.requireNonNull(got.get(name));
            double square = 0;
            double difference = 0;
            for (int i = 0; i < values.length; i++) {
                square += (double) values[i] * values[i];
                difference += Math.pow(other[i] - (double) values[i], 2);
            }
            assertThat(Math.sqrt(difference)).as(name).isLessThan(1e-3 * Math.sqrt(square));
        });
    }

    private static Map<String, float[]> state(Trainer trainer) {
        Map<String, float[]> values = new TreeMap<>();
        Checkpoint checkpoint = trainer.checkpoint(STATE);
        checkpoint.model().forEach((name, tensor) -> values.put("model " + name, Tensors.floats(tensor.detach())));
        checkpoint.ema().forEach((name, tensor) -> values.put("average " + name, Tensors.floats(tensor.detach())));
        checkpoint.optimizer().forEach((name, tensor) -> values.put("optimiser " + name, Tensors.floats(tensor)));
        return values;
    }

    private static void requireEqual(Map<String, float[]> got, Map<String, float[]> expected) {
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        got.forEach((name, values) -> assertThat(values).as(name).isEqualTo(expected.get(name)));
    }

    /** Of two clips with three draws each; every worker has one or two draws of one clip. */
    @ParameterizedTest
    @ValueSource(strings = {"training.separable.perturbation=0.05", "model.shortcut=8"})
    void workersShareTheDrawsOfClipsWhereTheseAreFewer(String setting) {
        RunConfig config = ConfigReader.with(config("scd"), "training.batch=2", "training.separable.draws=3", setting);
        assertThat(Models.workers(config, 4, CPU)).isEqualTo(4);
        assertThat(Models.workers(config, 9, CPU)).as("one for each draw").isEqualTo(6);
        try (Trainer one = fresh(config, 1);
                Trainer four = fresh(config, 4)) {
            List<TrainingStep.Result> expected = train(one, config, 0, 20);
            List<TrainingStep.Result> got = train(four, config, 0, 20);
            for (int step = 0; step < got.size(); step++) {
                assertThat(got.get(step).loss())
                        .as("loss of step %d", step)
                        .isCloseTo(expected.get(step).loss(), Offset.offset(1e-4));
            }
            requireNear(state(four), state(one));
            try (Trainer again = fresh(config, 4)) {
                train(again, config, 0, 20);
                requireEqual(state(again), state(four));
            }
        }
    }

    @Test
    void sharesOfABatchHaveEveryDrawOnceAndAreAsManyAsThereCanBe() {
        Cases.check(100, draw -> {
            int clips = draw.between("clips", 1, 5);
            int draws = draw.between("draws", 1, 4);
            int workers = draw.between("workers", 1, 12);
            Clip clip = new Clip("clip", 1, 1, 1, 1, new byte[1]);
            BatchPart batch = new BatchPart(0, 0, clips, Collections.nCopies(clips, clip), draws);
            List<BatchPart> shares = batch.shares(workers);
            int most = workers <= clips ? clips : clips * draws;
            assertThat(shares).hasSize(Math.min(workers, most));
            int[] numbers = shares.stream()
                    .flatMapToInt(share -> IntStream.of(share.drawNumbers()))
                    .sorted()
                    .toArray();
            assertThat(numbers).isEqualTo(IntStream.range(0, clips * draws).toArray());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "ar-diffusion", "scd"})
    void fourWorkersTrainLikeOne(String system) {
        RunConfig config = config(system);
        try (Trainer one = fresh(config, 1);
                Trainer four = fresh(config, 4)) {
            List<TrainingStep.Result> expected = train(one, config, 0, STEPS);
            List<TrainingStep.Result> got = train(four, config, 0, STEPS);
            for (int step = 0; step < STEPS; step++) {
                assertThat(got.get(step).loss())
                        .as("loss of step %d", step)
                        .isCloseTo(expected.get(step).loss(), Offset.offset(1e-4));
                assertThat(got.get(step).gradientNorm())
                        .as("gradient of step %d", step)
                        .isCloseTo(expected.get(step).gradientNorm(), Offset.offset(1e-3));
            }
            requireNear(state(four), state(one));
            assertThat(expected.get(STEPS - 1).loss())
                    .as("something is learned")
                    .isLessThan(0.9 * expected.get(0).loss());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd"})
    void twoRunsWithAsManyWorkersAreTheSameBitForBitAlsoResumed(String system) {
        RunConfig config = config(system);
        try (Trainer one = fresh(config, 2);
                Trainer other = fresh(config, 2)) {
            List<TrainingStep.Result> expected = train(one, config, 0, 6);
            List<TrainingStep.Result> got = train(other, config, 0, 3);
            try (Trainer resumed = (Trainer) Trainer.KIND.resumed(
                    config, config.openCodec(CPU), CPU, Workers.sharing(2, BATCH, CPU), other.checkpoint(STATE))) {
                got.addAll(train(resumed, config, 3, 6));
                assertThat(got).isEqualTo(expected);
                requireEqual(state(resumed), state(one));
            }
        }
    }

    @Test
    void aPartOfABatchThatHasFewerClipsThanThereAreWorkersIsTrainedOn() {
        RunConfig config = config("msc");
        List<Clip> few = TestRuns.batch(config, 0).subList(0, 2);
        try (Trainer one = fresh(config, 1);
                Trainer four = fresh(config, 4)) {
            for (int step = 0; step < 3; step++) {
                assertThat(four.step(step, few, 1e-3, 0).loss())
                        .isCloseTo(one.step(step, few, 1e-3, 0).loss(), Offset.offset(1e-5));
            }
        }
    }

    /**
     * Only the last clip is spoiled, by the weights of its class, so the other workers have gone backwards when its own
     * fails. What they leave must be gone, so that the steps after it are what they would be.
     */
    @Test
    void aStepIsRefusedByTheNameOfItsClipAndTheNextOnesAreAsEver() {
        RunConfig config = ConfigReader.with(config("msc"), "training.conditionDropout=0");
        List<Clip> clips = clipsOfWhichTheLastHasAClassOfItsOwn(config);
        int row = clips.get(BATCH - 1).tags().label();
        try (Trainer trainer = fresh(config, 3);
                Trainer spared = fresh(config, 3)) {
            train(trainer, config, 0, 2);
            train(spared, config, 0, 2);
            Tensor classes = Objects.requireNonNull(
                    trainer.model().parameters().tensors().get("condition.classes"));
            float[] before = Tensors.floats(classes.detach());
            Scopes.runWithoutGrad(() -> classes.select(0, row).fill_(new Scalar(Double.NaN)));
            assertThatThrownBy(() -> trainer.step(2, clips, 1e-3, 0.5))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageStartingWith("the loss is not finite at step 2, in clip " + BATCH + " of " + BATCH + " ("
                            + clips.get(BATCH - 1).name());
            Scopes.runWithoutGrad(
                    () -> classes.copy_(Tensors.of(before, before.length).view(classes.shape())));
            assertThat(train(trainer, config, 2, 4)).isEqualTo(train(spared, config, 2, 4));
            requireEqual(state(trainer), state(spared));
        }
    }

    private static List<Clip> clipsOfWhichTheLastHasAClassOfItsOwn(RunConfig config) {
        return IntStream.range(0, 1_000)
                .mapToObj(step -> TestRuns.batch(config, step))
                .filter(clips -> clips.subList(0, BATCH - 1).stream()
                        .noneMatch(clip -> clip.tags().label()
                                == clips.get(BATCH - 1).tags().label()))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd"})
    void stepsOfWorkersLeaveNoNativeMemoryBehind(String system) {
        RunConfig config = config(system);
        try (Trainer trainer = fresh(config, 2)) {
            int[] step = {0};
            assertThat(NativeObjects.leftBy(5, 20, () -> {
                        trainer.step(step[0], TestRuns.batch(config, step[0]), 1e-3, 0.5);
                        step[0]++;
                    }))
                    .isZero();
        }
    }

    @Test
    void aTrainerWithWorkersFreesAllOfThem() {
        RunConfig config = config("scd");
        NativeObjects.requireNothingLeft(() -> {
            try (Trainer trainer = fresh(config, 3)) {
                trainer.step(0, TestRuns.batch(config, 0), 1e-3, 0.5);
            }
        });
    }

    /** A worker whose weights were copies would compute with old ones. */
    @Test
    void workersHaveTheWeightsInMemoryInCommonAndNotTheirGradients() {
        RunConfig config = config("msc");
        try (Trainer trainer = fresh(config, 3)) {
            Map<String, Tensor> first = trainer.gradients().get(0).weights();
            for (BatchGradient other : trainer.gradients().subList(1, 3)) {
                assertThat(other.weights().keySet()).isEqualTo(first.keySet());
                other.weights()
                        .forEach((name, weight) ->
                                Scopes.run(() -> assertThat(weight.data_ptr().address())
                                        .as(name)
                                        .isEqualTo(Objects.requireNonNull(first.get(name))
                                                .data_ptr()
                                                .address())));
                Scopes.run(() ->
                        assertThat(weightNamed(other, "embed.bias").is_leaf()).isTrue());
            }
            Scopes.run(() -> {
                weightNamed(trainer.gradients().get(1), "embed.bias").sum().backward();
                assertThat(weightNamed(trainer.gradients().get(1), "embed.bias")
                                .grad()
                                .defined())
                        .isTrue();
                assertThat(Objects.requireNonNull(first.get("embed.bias"))
                                .grad()
                                .defined())
                        .isFalse();
            });
        }
    }

    private static Tensor weightNamed(BatchGradient gradient, String name) {
        return Objects.requireNonNull(gradient.weights().get(name));
    }
}
