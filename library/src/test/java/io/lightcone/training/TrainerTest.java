// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionCost;
import io.lightcone.attention.Branch;
import io.lightcone.attention.Grid;
import io.lightcone.attention.KeyFrames;
import io.lightcone.attention.LightCone;
import io.lightcone.codec.ClipTensors;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextFrames;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.VideoModel;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.ClipConditions;
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
    private static final Device CPU = new Device("cpu");

    /**
     * An encoder sees the past under noise of its own, none of the training's: the mistake of showing it the noisy
     * frames must not come back.
     */
    @Test
    void anEncoderIsShownThePastAsTheConfigurationSays() {
        for (double pastLevel : new double[] {0, 0.3}) {
            String section = "sampling.context.";
            RunConfig config = TestRuns.separable(
                    10,
                    "training.separable.pastLevel=" + pastLevel,
                    "training.separable.draws=3",
                    section + "given=0",
                    section + "generated=0");
            List<Clip> clips = TestRuns.batch(config, 0);
            try (Trainer trainer = Trainer.fresh(config, CPU)) {
                Scopes.run(() -> {
                    Tensor clean = ClipTensors.encode(clips, CPU);
                    ContextFrames context = trainer.gradient().context(clean, 0, Conditions.NONE, 0, 0);
                    assertThat(context.x_BTCHW().size(0))
                            .as("one for all draws")
                            .isEqualTo(clips.size());
                    assertThat(context.perturbation())
                            .isEqualTo(config.training().separable().perturbation());
                    double[] levels = Tensors.doubles(context.level_BT());
                    float[] shown = Tensors.floats(context.x_BTCHW());
                    if (pastLevel == 0) {
                        assertThat(levels).containsOnly(0);
                        assertThat(shown).isEqualTo(Tensors.floats(clean));
                    } else {
                        assertThat(Arrays.stream(levels)).allMatch(level -> level >= 0 && level <= pastLevel);
                        assertThat(levels).doesNotHaveDuplicates();
                        assertThat(shown).isNotEqualTo(Tensors.floats(clean));
                        // (1 - level) x0 + level noise, with noise that is none of x0's
                        double error =
                                context.x_BTCHW().sub(clean).square().mean().item_double();
                        assertThat(error).isBetween(0.005, 0.15);
                    }
                    assertThat(Tensors.floats(trainer.gradient()
                                    .context(clean, 0, Conditions.NONE, 1, 0)
                                    .x_BTCHW()))
                            .as("another step, other noise")
                            .satisfies(other ->
                                    assertThat(Arrays.equals(other, shown)).isEqualTo(pastLevel == 0));
                });
            }
        }
    }

    /** The past is generated from when the configuration says, and in as many steps as it says. */
    @Test
    void anEncoderIsShownPastFramesThatTheModelGenerated() {
        String resampling = "training.separable.resampling.";
        RunConfig config = TestRuns.separable(100, resampling + "share=0.5", resampling + "after=0.2");
        RunConfig always = TestRuns.separable(100, resampling + "share=1", resampling + "after=0.2");
        RunConfig without = TestRuns.separable(100);
        List<Clip> clips = TestRuns.batch(config, 0);
        try (Trainer trainer = Trainer.fresh(config, CPU);
                Trainer all = Trainer.fresh(always, CPU);
                Trainer plain = Trainer.fresh(without, CPU)) {
            int made = 0;
            for (int step = 0; step < 60; step++) {
                boolean[] own = new boolean[2];
                int number = step;
                Scopes.run(() -> {
                    Tensor clean = ClipTensors.encode(clips, CPU);
                    Tensor one = trainer.gradient()
                            .context(clean, 0, Conditions.NONE, number, number / 100.0)
                            .x_BTCHW();
                    Tensor other = plain.gradient()
                            .context(clean, 0, Conditions.NONE, number, number / 100.0)
                            .x_BTCHW();
                    Tensor third = all.gradient()
                            .context(clean, 0, Conditions.NONE, number, number / 100.0)
                            .x_BTCHW();
                    own[0] = !Arrays.equals(Tensors.floats(one), Tensors.floats(other));
                    own[1] = !Arrays.equals(Tensors.floats(third), Tensors.floats(other));
                });
                assertThat(own[1]).as("step %d", step).isEqualTo(step >= 20);
                assertThat(own[0] && step < 20).as("step %d", step).isFalse();
                made += own[0] ? 1 : 0;
            }
            assertThat(made).isBetween(10, 30);
        }
    }

    /**
     * The moving average generates the past, under the noise in which the encoder then sees it, and with the clips'
     * conditions.
     */
    @Test
    void pastFramesAreGeneratedByTheAverageUnderTheNoiseTheyAreShownWith() {
        String resampling = "training.separable.resampling.";
        RunConfig config =
                TestRuns.conditioned(TestRuns.separable(100, resampling + "share=1", resampling + "after=0"), 0);
        RunConfig without = TestRuns.conditioned(TestRuns.separable(100), 0);
        try (Trainer trainer = Trainer.fresh(config, CPU);
                Trainer plain = Trainer.fresh(without, CPU)) {
            for (int step = 0; step < 10; step++) {
                trainer.step(step, TestRuns.batch(config, step), 3e-3);
            }
            List<Clip> clips = TestRuns.batch(config, 10);
            Conditions conditions = ClipConditions.of(clips, config.latents());
            Scopes.run(() -> {
                Tensor clean = ClipTensors.encode(clips, CPU);
                ContextFrames without10 = plain.gradient().context(clean, 0, conditions, 10, 0);
                Tensor level = without10.level_BT();
                Tensor sigma = level.view(level.size(0), level.size(1), 1, 1, 1);
                Tensor noise = without10
                        .x_BTCHW()
                        .sub(clean.mul(sigma.neg().add(new Scalar(1.0))))
                        .div(sigma); // x = (1 - level) x0 + level noise
                RandomStreams streams = new RandomStreams(config.training().seed());
                Function<VideoModel, Tensor> by = model -> new Resampler(
                                model,
                                config.diffusion().diffusion(),
                                config.training().separable().resampling(),
                                ContextWindow.UNLIMITED,
                                trainer.codec().range())
                        .resample(
                                clean,
                                noise,
                                Levels.of(level),
                                conditions,
                                streams.batch("resampling noise", 10, 0, 1));
                Tensor made = by.apply(trainer.average());
                assertThat(greatest(by.apply(trainer.model()).sub(made)))
                        .as("the weights in training are others")
                        .isGreaterThan(1e-3);
                ContextFrames context = trainer.gradient().context(clean, 0, conditions, 10, 0);
                assertThat(Tensors.floats(context.level_BT())).isEqualTo(Tensors.floats(level));
                assertThat(Tensors.floats(context.x_BTCHW()))
                        .containsExactly(
                                Tensors.floats(config.diffusion()
                                        .diffusion()
                                        .at(Levels.of(level), clean)
                                        .noisy(made, noise)),
                                Offset.offset(1e-4f));
                Tensor untold = trainer.gradient()
                        .context(clean, 0, Conditions.NONE, 10, 0)
                        .x_BTCHW();
                assertThat(greatest(untold.sub(context.x_BTCHW()))).isGreaterThan(1e-3);
            });
        }
    }

    /** A device that computes nothing has nothing to read, so whatever asked it for a number would fail. */
    @Test
    void anEncodersPastIsPreparedWithoutReadingFromTheDevice() {
        RunConfig config = TestRuns.separable(10, "training.separable.pastLevel=0.3");
        Device nowhere = new Device("meta");
        try (Trainer trainer = Trainer.fresh(config, nowhere)) {
            Scopes.run(() -> {
                Tensor clean = ClipTensors.encode(TestRuns.batch(config, 0), nowhere);
                ContextFrames context = trainer.gradient().context(clean, 0, Conditions.NONE, 0, 0);
                assertThat(context.x_BTCHW().shape()).isEqualTo(clean.shape());
                assertThatThrownBy(() -> Tensors.doubles(context.level_BT())).isInstanceOf(RuntimeException.class);
            });
        }
    }

    private static double greatest(Tensor tensor) {
        return torch.abs(tensor).max().item_float();
    }

    /** The target is noise minus frame, of variance 1 + E[x0^2]; a fresh model predicts zero. */
    @Test
    void theFirstLossIsTheSizeOfTheTarget() {
        RunConfig config = TestRuns.small(10);
        List<Clip> clips = TestRuns.batch(config, 0);
        double[] frameEnergy = new double[1];
        Scopes.run(() ->
                frameEnergy[0] = ClipTensors.encode(clips, CPU).square().mean().item_double());
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            double loss = trainer.step(0, clips, 1e-3).loss();
            assertThat(loss).isCloseTo(1 + frameEnergy[0], Offset.offset(0.15));
        }
    }

    /** Tiles save work without changing what is learned. */
    @Test
    void tilesLearnWhatTheReferenceLearns() {
        RunConfig tiled = TestRuns.small(50, 64);
        Branch high = new Branch(1, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE);
        assertThat(AttentionCost.of(high, new Grid(6, 16, 16), 32, 16).gatheredKeys())
                .as("there are tiles")
                .isPositive();
        RunConfig reference = ConfigReader.with(tiled, "training.attention=reference");
        try (Trainer one = Trainer.fresh(tiled, CPU);
                Trainer other = Trainer.fresh(reference, CPU)) {
            for (int step = 0; step < 50; step++) {
                List<Clip> clips = TestRuns.batch(tiled, step);
                double loss = one.step(step, clips, 1e-3).loss();
                assertThat(other.step(step, clips, 1e-3).loss())
                        .as("step %d", step)
                        .isCloseTo(loss, Offset.offset(1e-4));
            }
        }
    }

    @Test
    void stepsLeaveNoNativeMemoryBehind() {
        RunConfig config = TestRuns.small(100);
        List<Clip> clips = TestRuns.batch(config, 0);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            int[] step = {0};
            assertThat(NativeObjects.leftBy(20, 100, () -> trainer.step(step[0]++, clips, 1e-3)))
                    .isZero();
        }
    }

    @Test
    void stepsOfAnEncoderAndADecoderLeaveNoNativeMemoryBehind() {
        RunConfig config = TestRuns.separable(
                100,
                "training.separable.draws=3",
                "training.separable.resampling.share=0.5",
                "training.separable.resampling.after=0");
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            int[] step = {0};
            assertThat(NativeObjects.leftBy(5, 25, () -> {
                        trainer.step(step[0], TestRuns.batch(config, step[0]), 1e-3);
                        step[0]++;
                    }))
                    .isZero();
        }
    }

    /**
     * AdamW moves every weight that has a gradient by about the learning rate, so rates show in how far they have come.
     */
    @Test
    void anEncoderAndADecoderLearnAtRatesOfTheirOwn() {
        double rate = 1e-3;
        int steps = 4;
        RunConfig config = TestRuns.separable(
                10,
                "training.separable.encoderRate=0.01",
                "training.separable.decoderRate=1",
                "training.optimizer.weightDecay=0");
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            Map<String, float[]> before = values(trainer);
            for (int step = 0; step < steps; step++) {
                trainer.step(step, TestRuns.batch(config, step), rate);
            }
            Map<String, float[]> after = values(trainer);
            assertThat(farthest(before, after, "decoder.")).isBetween(0.5 * rate, 1.1 * rate * steps);
            assertThat(farthest(before, after, "encoder.")).isBetween(0.001 * rate, 0.011 * rate * steps);
            assertThat(farthest(before, after, "start")).isBetween(0.001 * rate, 0.011 * rate * steps);
        }
    }

    private static Map<String, float[]> values(Trainer trainer) {
        Map<String, float[]> values = new TreeMap<>();
        trainer.model()
                .parameters()
                .tensors()
                .forEach((name, weight) -> values.put(name, Tensors.floats(weight.detach())));
        return values;
    }

    private static double farthest(Map<String, float[]> before, Map<String, float[]> after, String prefix) {
        double farthest = 0;
        for (Map.Entry<String, float[]> weight : before.entrySet()) {
            if (weight.getKey().startsWith(prefix)) {
                float[] then = Objects.requireNonNull(after.get(weight.getKey()));
                for (int i = 0; i < then.length; i++) {
                    farthest = Math.max(farthest, Math.abs((double) then[i] - weight.getValue()[i]));
                }
            }
        }
        return farthest;
    }

    /**
     * Draws are independent noise for the same clips: their mean loss is nearer to what is expected than that of one.
     */
    @Test
    void everyDrawCountsInTheLoss() {
        double one = firstLoss("training.separable.draws=1");
        double many = firstLoss("training.separable.draws=16");
        double other = firstLoss("training.separable.draws=16", "training.seed=99");
        assertThat(Math.abs(many - one)).isGreaterThan(1e-4);
        assertThat(many).isCloseTo(other, Offset.offset(0.03)).isBetween(1.0, 2.5);
    }

    private static double firstLoss(String... settings) {
        RunConfig config = TestRuns.separable(10, settings);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            return trainer.step(0, TestRuns.batch(TestRuns.small(10), 0), 1e-3).loss();
        }
    }

    @Test
    void aResumedEncoderAndDecoderTrainOnUnchanged() {
        RunConfig config = TestRuns.separable(
                10, "training.separable.resampling.share=1", "training.separable.resampling.after=0.1");
        Provenance provenance = new Provenance("test", "test", "test", "now", "", "", "");
        try (Trainer whole = Trainer.fresh(config, CPU);
                Trainer first = Trainer.fresh(config, CPU)) {
            for (int step = 0; step < 2; step++) {
                whole.step(step, TestRuns.batch(config, step), 1e-3);
                first.step(step, TestRuns.batch(config, step), 1e-3);
            }
            Checkpoint checkpoint = first.checkpoint(
                    new TrainingState(2, config.training().seed(), 0, 10, "pixels", "denoising", provenance));
            try (Trainer second = Trainer.resumed(config, CPU, checkpoint)) {
                for (int step = 2; step < 4; step++) {
                    double expected =
                            whole.step(step, TestRuns.batch(config, step), 1e-3).loss();
                    assertThat(second.step(step, TestRuns.batch(config, step), 1e-3)
                                    .loss())
                            .isEqualTo(expected);
                }
                values(whole)
                        .forEach((name, weight) ->
                                assertThat(values(second).get(name)).as(name).isEqualTo(weight));
            }
        }
    }

    @Test
    void aLossThatIsNotFiniteNamesStepAndClipAndSparesTheWeights() {
        RunConfig config = TestRuns.small(10);
        List<Clip> clips = TestRuns.batch(config, 0);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            trainer.step(0, clips, 1e-3);
            Map<String, Tensor> weights = trainer.model().parameters().tensors();
            Tensor bias = Objects.requireNonNull(weights.get("embed.bias"));
            Scopes.runWithoutGrad(() -> bias.fill_(new Scalar(Double.NaN)));
            assertThatThrownBy(() -> trainer.step(7, clips, 1e-3))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("the loss is not finite at step 7, in clip 1 of 2 ("
                            + clips.get(0).name() + "); lower training.optimizer.learningRate");
            assertThat(Tensors.floats(Objects.requireNonNull(weights.get("embed.weight"))))
                    .doesNotContain(Float.NaN);
        }
    }

    @Test
    void aGradientThatIsNotFiniteNamesStepAndClipsAndSparesTheWeights() {
        RunConfig config = TestRuns.small(10);
        List<Clip> clips = TestRuns.batch(config, 0);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            trainer.step(0, clips, 1e-3);
            Map<String, Tensor> weights = trainer.model().parameters().tensors();
            Tensor bias = Objects.requireNonNull(weights.get("embed.bias"));
            Scopes.runWithoutGrad(() -> bias.mutable_grad().fill_(new Scalar(Double.POSITIVE_INFINITY)));
            float[] before = Tensors.floats(bias);
            assertThatThrownBy(() -> trainer.step(7, clips, 1e-3))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("the gradient is not finite at step 7, in clip 1 of 2 ("
                            + clips.get(0).name() + "), clip 2 of 2 ("
                            + clips.get(1).name() + "); lower training.optimizer.learningRate");
            assertThat(Tensors.floats(bias)).isEqualTo(before);
        }
    }

    /** The step that is refused leaves nothing behind, so the steps after it are what they would have been. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTrainerGoesOnAfterAStepThatWasRefused(boolean lossIsFinite) {
        RunConfig config = TestRuns.small(10);
        List<Clip> clips = TestRuns.batch(config, 0);
        try (Trainer trainer = Trainer.fresh(config, CPU);
                Trainer spared = Trainer.fresh(config, CPU)) {
            trainer.step(0, clips, 1e-3);
            spared.step(0, clips, 1e-3);
            Tensor bias = Objects.requireNonNull(
                    trainer.model().parameters().tensors().get("embed.bias"));
            Tensor spoiled = lossIsFinite ? bias.mutable_grad() : bias;
            float[] before = Tensors.floats(spoiled.detach());
            Scopes.runWithoutGrad(() -> spoiled.fill_(new Scalar(Double.POSITIVE_INFINITY)));
            for (int attempt = 0; attempt < 3; attempt++) {
                if (attempt == 0) {
                    assertThatThrownBy(() -> trainer.step(1, clips, 1e-3)).isInstanceOf(DivergedException.class);
                    Scopes.runWithoutGrad(() -> spoiled.copy_(Tensors.of(before, before.length)));
                } else {
                    trainer.step(attempt, clips, 1e-3);
                    spared.step(attempt, clips, 1e-3);
                }
                assertThat(trainer.isWhole()).isTrue();
            }
            Map<String, float[]> expected = values(spared);
            values(trainer).forEach((name, got) -> assertThat(got).as(name).isEqualTo(expected.get(name)));
        }
    }

    /**
     * Covers everything that is drawn: levels of which some are 0, noise, hidden conditions, several draws, and past
     * frames that the model generates.
     */
    @ParameterizedTest
    @ValueSource(strings = {"small", "separable"})
    void partsOfABatchAddUpToTheWhole(String kind) {
        String[] settings = {"training.batch=5", "training.levels.clean=0.4", "training.levels.cleanFrames=any"};
        RunConfig base = kind.equals("small")
                ? ConfigReader.read(RunConfig.class, TestRuns.small(10), null, List.of(settings))
                : TestRuns.separable(
                        10,
                        settings[0],
                        settings[1],
                        settings[2],
                        "training.separable.draws=3",
                        "training.separable.resampling.share=1",
                        "training.separable.resampling.after=0");
        RunConfig config = TestRuns.conditioned(base, 0.5);
        List<Clip> clips = TestRuns.batch(config, 4);
        int draws = config.model().separable() ? 3 : 1;
        try (Trainer whole = Trainer.fresh(config, CPU);
                Trainer parts = Trainer.fresh(config, CPU)) {
            for (Trainer trainer : List.of(whole, parts)) {
                trainer.step(0, clips, 1e-2); // a fresh model predicts zero, whatever it is shown
            }
            Scopes.run(() -> {
                BatchPart all = new BatchPart(1, 0, 5, clips, draws);
                Updates drawn = whole.updates(all, 0.5);
                Levels levels = drawn.levels();
                long learned = levels.countNoisy();
                assertThat(learned).isBetween(1L, (long) levels.clips() * levels.frames() - 1);
                double loss = whole.gradient().accumulate(all, drawn, learned, 0.5);
                double sum = 0;
                for (int[] part : new int[][] {{3, 5}, {0, 1}, {1, 3}}) {
                    BatchPart some = new BatchPart(1, part[0], 5, clips.subList(part[0], part[1]), draws);
                    sum += parts.gradient().accumulate(some, parts.updates(some, 0.5), learned, 0.5);
                }
                assertThat(sum).isCloseTo(loss, Offset.offset(1e-5));
                Map<String, float[]> expected = gradients(whole);
                gradients(parts)
                        .forEach((name, got) -> assertThat(got)
                                .as(name)
                                .containsExactly(Objects.requireNonNull(expected.get(name)), Offset.offset(1e-5f)));
                assertThat(expected.values().stream()
                                .mapToDouble(TrainerTest::largest)
                                .max()
                                .orElseThrow())
                        .as("there is something to compare")
                        .isGreaterThan(1e-2);
            });
        }
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static Map<String, float[]> gradients(Trainer trainer) {
        Map<String, float[]> gradients = new TreeMap<>();
        trainer.model()
                .parameters()
                .tensors()
                .forEach((name, weight) -> gradients.put(name, Tensors.floats(weight.grad())));
        return gradients;
    }

    /** The mean that AdamW keeps is, after one step, its share of the gradient that it was given. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 1e6})
    void aStepFollowsTheClippedGradient(double limit) {
        RunConfig config = ConfigReader.read(
                RunConfig.class, TestRuns.small(10), null, List.of("training.optimizer.clip=" + limit));
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            TrainingStep.Result step = trainer.step(0, TestRuns.batch(config, 0), 1e-3);
            assertThat(step.gradientNorm()).isBetween(0.011, 1e5);
            Provenance provenance = new Provenance("test", "test", "test", "now", "", "", "");
            Map<String, Tensor> state = trainer.checkpoint(
                            new TrainingState(1, 3, 0, 10, "pixels", "denoising", provenance))
                    .optimizer();
            double squares = 0;
            for (Map.Entry<String, Tensor> each : state.entrySet()) {
                if (each.getKey().startsWith("mean.")) {
                    for (double value : Tensors.doubles(each.getValue())) {
                        squares += value * value;
                    }
                }
            }
            double given =
                    Math.sqrt(squares) / (1 - config.training().optimizer().beta1());
            assertThat(given).isCloseTo(Math.min(limit, step.gradientNorm()), Offset.offset(1e-4 * given));
        }
    }

    /**
     * The average becomes {@code average + (1 - decay) (weights - average)}, with the weights as they are after the
     * step.
     */
    @Test
    void theAverageMovesTowardsTheNewWeights() {
        RunConfig config = TestRuns.small(10);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            Map<String, Tensor> weights = trainer.model().parameters().tensors();
            Map<String, Tensor> average = trainer.average().parameters().tensors();
            assertThat(average.keySet()).isEqualTo(weights.keySet());
            for (int step = 0; step < 3; step++) {
                Map<String, float[]> oldAverage = values(average);
                Map<String, float[]> oldWeights = values(weights);
                trainer.step(step, TestRuns.batch(config, step), 1e-2);
                double decay = config.training().optimizer().ema(step);
                Map<String, float[]> newWeights = values(weights);
                assertThat(farthest(oldWeights, newWeights, "final.project.weight"))
                        .isGreaterThan(1e-3);
                values(average).forEach((name, got) -> {
                    float[] old = Objects.requireNonNull(oldAverage.get(name));
                    float[] now = Objects.requireNonNull(newWeights.get(name));
                    float[] expected = new float[got.length];
                    for (int i = 0; i < got.length; i++) {
                        expected[i] = (float) (old[i] + (1 - decay) * (now[i] - old[i]));
                    }
                    assertThat(got).as(name).containsExactly(expected, Offset.offset(1e-6f));
                });
            }
            assertThat(farthest(values(average), values(weights), "final.project.weight"))
                    .as("the average is not just the weights")
                    .isGreaterThan(1e-4);
        }
    }

    private static Map<String, float[]> values(Map<String, Tensor> tensors) {
        Map<String, float[]> values = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
        return values;
    }

    @Test
    void theLearningRateRisesThenFollowsHalfACosine() {
        OptimizerConfig training = TestRuns.training(6, 2, 100, 1.0, 10).optimizer();
        assertThat(training.learningRate(0, 0)).isEqualTo(0.5);
        assertThat(training.learningRate(1, 0)).isEqualTo(1);
        assertThat(training.learningRate(50, 0.5)).isCloseTo(0.5, Offset.offset(1e-12));
        assertThat(training.learningRate(100, 1)).isCloseTo(0, Offset.offset(1e-12));
        assertThat(training.ema(0)).isEqualTo(0.1);
        assertThat(training.ema(100_000)).isEqualTo(0.99);
    }
}
