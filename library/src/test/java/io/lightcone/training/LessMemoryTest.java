// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.attention.AttentionPlans;
import io.lightcone.codec.Codec;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.Compute;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.OutOfMemory;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.testing.NativeObjects;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that steps in parts and with recomputed layers have the gradients of plain ones. */
class LessMemoryTest {
    private static final Device CPU = new Device("cpu");
    private static final int BATCH = 5;
    private static final String[] RECOMPUTE = {"training.recompute=true"};

    /** Returns a system with conditions; one with an encoder also has draws, noise on the past and generated pasts. */
    private static RunConfig config(String system, String... settings) {
        List<String> all = new ArrayList<>(List.of("training.batch=" + BATCH, "model.depth=4"));
        if (system.startsWith("scd")) {
            all.addAll(List.of(
                    "model.encoder=2",
                    "model.combine=" + system.substring("scd-".length()),
                    "training.separable.pastLevel=0.3",
                    "training.separable.perturbation=0.1",
                    "training.separable.draws=2",
                    "training.separable.resampling.share=0.5",
                    "training.separable.resampling.after=0"));
        }
        RunConfig base = TestRuns.small(100, 8);
        RunConfig whole = ConfigReader.read(
                RunConfig.class, system.equals("dense") ? base.with(base.model().dense()) : base, null, all);
        return ConfigReader.with(TestRuns.conditioned(whole, 0.5), settings);
    }

    /** The loss of a step in float64, and the gradient of every weight. */
    private record Gradients(double loss, Map<String, double[]> byWeight) {}

    /**
     * Returns the gradients of a step whose clips are computed in {@code parts} parts. Weights that start at zero, such
     * as those of the modulation, would hide most of the others' gradients, so all are drawn.
     */
    private static Gradients gradients(RunConfig config, int parts) {
        RandomStreams streams = new RandomStreams(5);
        Compute compute = new Compute(ScalarType.Double, ScalarType.Double, new AttentionPlans());
        try (Codec codec = config.openCodec(CPU);
                BatchGradient gradient = new DenoisingGradient(
                        config,
                        CPU,
                        codec,
                        compute,
                        Parameters.fresh(CPU, ScalarType.Double),
                        Parameters.fresh(CPU, ScalarType.Double))) {
            for (Map<String, Tensor> weights :
                    List.of(gradient.weights(), gradient.average().parameters().tensors())) {
                Scopes.runWithoutGrad(() -> weights.values()
                        .forEach(weight -> weight.copy_(streams.tensors("weights", 0, 0)
                                .normal(weight.shape())
                                .mul(new Scalar(0.1)))));
            }
            int draws =
                    config.model().separable() ? config.training().separable().draws() : 1;
            BatchPart whole = new BatchPart(1, 0, BATCH, TestRuns.batch(config, 1), draws);
            double loss = 0;
            for (BatchPart part : whole.split(parts)) {
                Levels levels = config.training()
                        .levels()
                        .sampler()
                        .sample(6, new RandomStreams(3).batch("training levels", 1, part.drawNumbers()));
                loss += gradient.accumulate(part, Updates.none(levels), 100, 0.5);
            }
            Map<String, double[]> byWeight = new TreeMap<>();
            Scopes.run(() ->
                    gradient.weights().forEach((name, weight) -> byWeight.put(name, Tensors.doubles(weight.grad()))));
            return new Gradients(loss, byWeight);
        }
    }

    private static void requireEqual(Gradients got, Gradients expected) {
        assertThat(got.loss).isCloseTo(expected.loss, Offset.offset(1e-10));
        assertThat(got.byWeight.keySet()).isEqualTo(expected.byWeight.keySet());
        expected.byWeight.forEach((name, values) -> {
            assertThat(got.byWeight.get(name)).as(name).containsExactly(values, Offset.offset(1e-10));
            boolean alone = name.contains("gates"); // a single branch has the whole weight, whatever the gates say
            assertThat(Arrays.stream(values).map(Math::abs).max().orElse(0))
                    .as("gradient of %s", name)
                    .isGreaterThan(alone ? -1 : 1e-6);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "dense", "scd-tokens", "scd-channels", "scd-add"})
    void gradientsInPartsAndWithRecomputedLayersAreThePlainOnes(String system) {
        Gradients plain = gradients(config(system), 1);
        RunConfig recompute = config(system, RECOMPUTE);
        requireEqual(gradients(config(system), 3), plain);
        requireEqual(gradients(recompute, 1), plain);
        requireEqual(gradients(recompute, 2), plain);
    }

    private static Trainer fresh(RunConfig config, int workers) {
        return (Trainer) Trainer.KIND.fresh(config, config.openCodec(CPU), CPU, Workers.sharing(workers, BATCH, CPU));
    }

    private static List<TrainingStep.Result> train(RunConfig config, int workers, int steps) {
        try (Trainer trainer = fresh(config, workers)) {
            List<TrainingStep.Result> results = new ArrayList<>();
            for (int step = 0; step < steps; step++) {
                results.add(trainer.step(step, TestRuns.batch(config, step), 1e-3, 0.5));
            }
            return results;
        }
    }

    /** With bfloat16 products, whose weights are converted, and whatever else a run does. */
    @ParameterizedTest
    @CsvSource({"msc, FLOAT32, 1", "msc, BFLOAT16, 2", "scd-tokens, FLOAT32, 2", "scd-channels, BFLOAT16, 1"})
    void aRunThatSavesMemoryLearnsTheSame(String system, String linear, int workers) {
        String type = "training.linear=" + linear;
        List<TrainingStep.Result> plain = train(config(system, type), workers, 12);
        List<TrainingStep.Result> parts = train(config(system, type, "training.accumulate=2"), workers, 12);
        List<TrainingStep.Result> recomputed = train(config(system, type, RECOMPUTE[0]), workers, 12);
        double rounding = linear.equals("FLOAT32") ? 1e-4 : 1e-2;
        for (int step = 0; step < plain.size(); step++) {
            for (List<TrainingStep.Result> other : List.of(parts, recomputed)) {
                assertThat(other.get(step).loss()).isCloseTo(plain.get(step).loss(), Offset.offset(rounding));
                assertThat(other.get(step).gradientNorm())
                        .isCloseTo(plain.get(step).gradientNorm(), Offset.offset(10 * rounding));
            }
        }
        assertThat(train(config(system, type, RECOMPUTE[0]), workers, 3)).isEqualTo(recomputed.subList(0, 3));
        assertThat(recomputed.get(11).loss()).isLessThan(recomputed.get(0).loss());
    }

    @ParameterizedTest
    @ValueSource(strings = {"msc", "scd-tokens"})
    void stepsThatSaveMemoryLeaveNoNativeMemoryBehind(String system) {
        RunConfig config = config(system, "training.recompute=true", "training.accumulate=2");
        try (Trainer trainer = fresh(config, 2)) {
            int[] step = {0};
            assertThat(NativeObjects.leftBy(5, 20, () -> {
                        trainer.step(step[0], TestRuns.batch(config, step[0]), 1e-3, 0.5);
                        step[0]++;
                    }))
                    .isZero();
        }
    }

    private static long growth(RunConfig config) {
        return ResidentMemory.growth(() -> {
            try (Trainer trainer = fresh(config, 1)) {
                for (int step = 0; step < 2; step++) {
                    trainer.step(step, TestRuns.batch(config, step), 1e-3, 0.5);
                }
            }
        });
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void recomputationAndPartsTakeLessMemory() {
        RunConfig config =
                ConfigReader.with(TestRuns.small(10, 32), "model.width=64", "model.depth=8", "training.batch=8");
        growth(config); // what the code itself takes
        long plain = growth(config);
        assertThat(plain).isGreaterThan(100_000_000);
        assertThat(growth(ConfigReader.with(config, RECOMPUTE))).isLessThan(plain * 2 / 3);
        assertThat(growth(ConfigReader.with(config, "training.accumulate=4"))).isLessThan(plain * 2 / 3);
    }

    /** libtorch itself fails here, in the middle of a run: what has been learned is saved, and goes on. */
    @Test
    void aRunWithoutMemorySaysWhatToLowerAndLosesNothing(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(6);
        Path path = temp.resolve("run");
        RunOptions options = RunOptions.defaults().withDevice("cpu").withWorkers(2);
        TrainingListener hungry = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == 3) {
                    Scopes.run(() -> torch.zeros(1L << 46));
                }
            }
        };
        try (TrainingRun run = Runs.start(config, path, options.withListener(hungry))) {
            assertThatThrownBy(run::run)
                    .isInstanceOf(UserException.class)
                    .hasMessage("step 3 needs more memory than there is; set training.accumulate=2 or"
                            + " training.recompute=true, which learns the same, or choose fewer workers, a smaller"
                            + " training.batch, fewer training.frames or smaller frames, and resume the run, for what"
                            + " it has learned is saved");
        }
        List<String> less = List.of("training.accumulate=2", "training.recompute=true");
        try (TrainingRun run = Runs.resume(path, less, options)) {
            assertThat(run.step()).isEqualTo(3);
            run.run();
            assertThat(run.finished()).isTrue();
        }
    }

    @Test
    void onlyFailuresForWantOfNativeMemoryAreRecognised() {
        assertThat(OutOfMemory.caused(new IllegalStateException(new RuntimeException("[enforce fail at alloc_cpu.cpp]"
                        + " DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."))))
                .isTrue();
        assertThat(OutOfMemory.caused(new RuntimeException("DefaultCPUAllocator: not enough memory: you tried")))
                .isTrue();
        assertThat(OutOfMemory.caused(new RuntimeException("CUDA out of memory. Tried to allocate")))
                .isTrue();
        assertThat(OutOfMemory.caused(new OutOfMemoryError("Physical memory usage is too high: physicalBytes (2M) >")))
                .isTrue();
        assertThat(OutOfMemory.caused(new OutOfMemoryError("Failed to allocate memory within limits: totalBytes")))
                .isTrue();
        assertThat(OutOfMemory.caused(new OutOfMemoryError("Java heap space"))).isFalse();
        assertThat(OutOfMemory.caused(new IllegalStateException())).isFalse();
    }

    @Test
    void thereAreNoMorePartsThanClips() {
        assertThatThrownBy(() -> config("msc", "training.accumulate=6"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("accumulate must lie between 1 and training.batch, which is 5, not 6");
    }
}
