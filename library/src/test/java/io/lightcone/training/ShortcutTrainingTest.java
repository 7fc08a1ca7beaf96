// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that every system learns updates of all lengths, the same however a step is computed. */
class ShortcutTrainingTest {
    private static final Device CPU = new Device("cpu");
    private static final int BATCH = 4;
    private static final int TOY_STEPS = 400;
    private static final int SEEDS = 4;
    private static final TrainingState STATE = new TrainingState(
            0,
            3,
            0,
            8,
            "pixels",
            "denoising",
            new Provenance("test", "test", "none", "1970-01-01T00:00:00Z", "", "", ""));

    private static RunConfig config(String system, String... settings) {
        List<String> all =
                new ArrayList<>(List.of("model.shortcut=8", "training.batch=" + BATCH, "training.shortcut.share=0.5"));
        RunConfig base = TestRuns.small(100, 8);
        switch (system) {
            case "dense" -> base = base.with(base.model().dense());
            case "ar-diffusion" ->
                all.addAll(List.of(
                        "diffusion.schedule=sqrt_linear",
                        "diffusion.prediction=x0",
                        "training.levels.kind=fopp",
                        "training.levels.distribution=uniform",
                        "training.levels.mean=0",
                        "sampling.solver=ddim",
                        "sampling.order=ad",
                        "sampling.gap=1"));
            case "scd" ->
                all.addAll(List.of(
                        "model.encoder=1",
                        "training.separable.pastLevel=0.3",
                        "training.separable.perturbation=0.1",
                        "training.separable.draws=2",
                        "training.separable.resampling.share=0.5",
                        "training.separable.resampling.after=0"));
            default -> all.addAll(List.of("diffusion.prediction=x0", "diffusion.weight=ramp"));
        }
        RunConfig whole = ConfigReader.read(RunConfig.class, base, null, all);
        return ConfigReader.with(TestRuns.conditioned(whole, 0.5), settings);
    }

    private static Trainer fresh(RunConfig config, int workers) {
        return (Trainer) Trainer.KIND.fresh(config, config.openCodec(CPU), CPU, Workers.sharing(workers, BATCH, CPU));
    }

    private static List<TrainingStep.Result> train(Trainer trainer, RunConfig config, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(step -> trainer.step(step, TestRuns.batch(config, step), 1e-2, 0.5))
                .toList();
    }

    private static Map<String, float[]> state(Trainer trainer) {
        Map<String, float[]> values = new TreeMap<>();
        Checkpoint checkpoint = trainer.checkpoint(STATE);
        checkpoint.model().forEach((name, tensor) -> values.put("model " + name, Tensors.floats(tensor.detach())));
        checkpoint.ema().forEach((name, tensor) -> values.put("average " + name, Tensors.floats(tensor.detach())));
        checkpoint.optimizer().forEach((name, tensor) -> values.put("optimiser " + name, Tensors.floats(tensor)));
        return values;
    }

    private static List<float[]> generate(RunConfig config, Trainer trainer, String... settings) {
        RunConfig sampled = ConfigReader.with(config, settings);
        RunModel model = new RunModel(sampled, trainer.average(), trainer.codec(), CPU, 10);
        Noise noise = new Noise(new RandomStreams(2), List.of(0), new FrameShape(1, 8, 8), CPU);
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> {
            Tensor given = new RandomStreams(3).tensors("given", 0, 0).normal(1, 1, 1, 8, 8);
            try (RollOut rollOut = model.rollOut(sampled.sampling().plan(4, 1), noise, given)) {
                rollOut.forEachRemaining(frame -> frames.add(Tensors.floats(frame)));
            }
        });
        return frames;
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "dense", "ar-diffusion", "scd"})
    void everySystemLearnsAndMakesFramesInAnyOfItsNumbersOfUpdates(String system) {
        RunConfig config = config(system);
        try (Trainer trainer = fresh(config, 1)) {
            List<TrainingStep.Result> results = train(trainer, config, 0, 20);
            assertThat(results.get(19).loss()).isLessThan(results.get(0).loss());
            String table = system.equals("scd") ? "decoder.step" : "step";
            Map<String, Tensor> weights = trainer.model().parameters().tensors();
            assertThat(weights.keySet().stream().filter(name -> name.endsWith("step")))
                    .containsExactly(table);
            for (String steps : List.of("8", "4", "2", "1")) {
                String[] settings = {"sampling.steps=" + steps};
                List<float[]> frames = generate(config, trainer, settings);
                assertThat(frames).hasSize(3);
                List<float[]> computed = generate(config, trainer, settings[0], "sampling.cache=false");
                for (int f = 0; f < 3; f++) {
                    assertThat(computed.get(f)).containsExactly(frames.get(f), Offset.offset(1e-4f));
                }
            }
        }
    }

    /** The model is told of updates: another length gives other frames, though levels and noise are the same. */
    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd"})
    void framesDependOnWhatTheModelIsToldOfTheirUpdates(String system) {
        RunConfig config = config(system);
        try (Trainer trainer = fresh(config, 1)) {
            train(trainer, config, 0, 10);
            List<float[]> told = generate(config, trainer, "sampling.steps=2");
            Scopes.runWithoutGrad(() -> trainer.average().parameters().tensors().entrySet().stream()
                    .filter(weight -> weight.getKey().endsWith("step"))
                    .forEach(weight -> weight.getValue().select(0, 1).fill_(new Scalar(1.0))));
            List<float[]> other = generate(config, trainer, "sampling.steps=2");
            assertThat(other.get(0)).isNotEqualTo(told.get(0));
            assertThat(generate(config, trainer, "sampling.steps=4").get(0)).isNotEqualTo(other.get(0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "dense", "ar-diffusion", "scd"})
    void aResumedRunIsTheSameBitForBitWithWorkersPartsAndRecomputedLayers(String system) {
        RunConfig config = config(system, "training.accumulate=2", "training.recompute=true");
        try (Trainer one = fresh(config, 2);
                Trainer other = fresh(config, 2)) {
            List<TrainingStep.Result> expected = train(one, config, 0, 6);
            List<TrainingStep.Result> got = new ArrayList<>(train(other, config, 0, 3));
            try (Trainer resumed = (Trainer) Trainer.KIND.resumed(
                    config, config.openCodec(CPU), CPU, Workers.sharing(2, BATCH, CPU), other.checkpoint(STATE))) {
                got.addAll(train(resumed, config, 3, 6));
                assertThat(got).isEqualTo(expected);
                Map<String, float[]> whole = state(one);
                state(resumed)
                        .forEach((name, values) -> assertThat(values).as(name).isEqualTo(whole.get(name)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"msc,3,1,false", "msc,1,4,true", "scd,3,1,true", "scd,1,4,false", "ar-diffusion,2,2,true"})
    void aStepIsTheSameHoweverItIsComputed(String system, int workers, int parts, boolean recompute) {
        RunConfig plain = config(system);
        RunConfig config = config(system, "training.accumulate=" + parts, "training.recompute=" + recompute);
        try (Trainer one = fresh(plain, 1);
                Trainer other = fresh(config, workers)) {
            List<TrainingStep.Result> expected = train(one, plain, 0, 8);
            List<TrainingStep.Result> got = train(other, config, 0, 8);
            for (int step = 0; step < 8; step++) {
                assertThat(got.get(step).loss())
                        .as("loss of step %d", step)
                        .isCloseTo(expected.get(step).loss(), Offset.offset(1e-4));
                assertThat(got.get(step).gradientNorm())
                        .as("gradient of step %d", step)
                        .isCloseTo(expected.get(step).gradientNorm(), Offset.offset(2e-3));
            }
        }
    }

    /** Over many steps exactly the share of all draws is taught, in batches of any size, and none before its time. */
    @ParameterizedTest
    @CsvSource({"1, 0.25", "3, 0.25", "4, 0.3"})
    void theShareOfTheClipsIsThatOfTheConfiguration(int batch, double share) {
        RunConfig config = config(
                "msc",
                "training.batch=" + batch,
                "training.shortcut.share=" + share,
                "training.shortcut.after=0.5",
                "model.shortcut=1024");
        try (Trainer trainer = fresh(config, 1)) {
            List<Clip> clips = TestRuns.batch(config, 0);
            int taught = 0;
            for (int step = 0; step < 100; step++) {
                BatchPart part = new BatchPart(step, 0, batch, clips, 1);
                taught += trainer.updates(part, 0.5).moving().length;
                assertThat(trainer.updates(part, 0.49).moving()).isEmpty();
            }
            // Of the clips that are taught one in many draws the finest length for each of its frames.
            assertThat((double) taught).isBetween(99 * batch * share - 2, 100 * batch * share + 1);
        }
    }

    /** Returns clips of one frame, half of them black and half white, so that no batch has a mean of its own. */
    private static List<Clip> blackOrWhite(int step) {
        return IntStream.range(0, 16)
                .mapToObj(i -> {
                    byte[] pixels = new byte[4];
                    Arrays.fill(pixels, (byte) ((i + step) % 2 == 0 ? 255 : 0));
                    return new Clip("clip", 1, 2, 2, 1, pixels);
                })
                .toList();
    }

    /** Returns how far generated frames are from the nearer of black and white, at worst 1. */
    private static double error(RunConfig config, Trainer trainer, int steps) {
        RunConfig sampled = ConfigReader.with(config, "sampling.steps=" + steps);
        RunModel model = new RunModel(sampled, trainer.average(), trainer.codec(), CPU, 10);
        List<Integer> clips = IntStream.range(0, 200).boxed().toList();
        Noise noise = new Noise(new RandomStreams(2), clips, new FrameShape(1, 2, 2), CPU);
        double[] error = new double[1];
        Scopes.run(() -> {
            try (RollOut rollOut = model.rollOut(sampled.sampling().plan(1, 0), noise, null)) {
                error[0] = 1 - rollOut.next().abs().mean().item_double();
            }
        });
        return error[0];
    }

    /**
     * In one update of ordinary flow matching, all noise becomes the mean of black and white. A model that has learned
     * long updates makes one of the two. Where a single training ends up, rounding decides too, which differs between
     * processors, so the learning rate falls to 0 and what counts is the mean over several.
     */
    @Test
    void fewUpdatesMakeBetterFrames() {
        RunConfig base = ConfigReader.read(
                RunConfig.class,
                TestRuns.small(TOY_STEPS, 8),
                null,
                List.of(
                        "model.patch=2",
                        "model.depth=1",
                        "training.batch=16",
                        "training.frames=1",
                        "sampling.given=1",
                        "diffusion.prediction=x0",
                        "training.optimizer.ema=0.98"));
        RunConfig told = ConfigReader.with(base, "model.shortcut=16");
        double[][] errors = new double[2][3];
        for (int seed = 1; seed <= SEEDS; seed++) {
            for (RunConfig config : List.of(base, told)) {
                double[] mean = errors[config.equals(base) ? 0 : 1];
                RunConfig seeded = ConfigReader.with(config, "training.seed=" + seed);
                try (Trainer trainer = fresh(seeded, 1)) {
                    for (int step = 0; step < TOY_STEPS; step++) {
                        double left = 1 - (double) step / TOY_STEPS;
                        trainer.step(step, blackOrWhite(step), 1e-2 * left); // which lets it settle
                    }
                    for (int i = 0; i < mean.length; i++) {
                        mean[i] += error(seeded, trainer, List.of(1, 2, 16).get(i)) / SEEDS;
                    }
                }
            }
        }
        assertThat(errors[0][0]).as("one update without").isGreaterThan(0.8);
        assertThat(errors[1][0]).as("one update").isLessThan(0.5 * errors[0][0]);
        assertThat(errors[1][1]).as("two updates").isLessThan(0.7 * errors[0][1]);
        assertThat(errors[1][2]).as("as many as there are").isLessThan(0.1);
    }

    @Test
    void onlyUpdatesThatAreLearnedAreAskedFor() {
        assertThatThrownBy(() -> config("msc", "sampling.steps=3"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "sampling.steps is 3, but a model of model.shortcut 8 learns to make a frame in 1,"
                                + " 2, 4 updates and so on up to 8; set sampling.steps to a power of two up to that");
        assertThatThrownBy(() -> config("msc", "sampling.steps=16")).hasMessageContaining("sampling.steps is 16");
        assertThatThrownBy(() -> config("msc", "sampling.solver=heun"))
                .hasMessageContaining("sampling.solver is HEUN, but a model of model.shortcut above 0 learns whole");
        assertThatThrownBy(() -> config("msc", "sampling.solver=consistency"))
                .hasMessageContaining("sampling.solver is CONSISTENCY, but a model of model.shortcut above 0 learns");
        assertThatThrownBy(() -> config("msc", "sampling.solver=ddim", "sampling.eta=0.5"))
                .hasMessageContaining("sampling.solver is DDIM with eta 0.5, but");
        assertThatThrownBy(() -> config("msc", "model.shortcut=48"))
                .hasMessageContaining(
                        "shortcut must be a power of two from 2 to 1024, or 0 for a model that is not told"
                                + " how far an update goes, not 48");
        assertThatThrownBy(() -> config("msc", "training.shortcut.share=0"))
                .hasMessageContaining("share must lie above 0 and at most at 1, not 0.0");
        assertThatThrownBy(() -> config("msc", "training.shortcut.after=1"))
                .hasMessageContaining("after must lie in [0, 1), not 1.0");
    }
}
