// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.data.ClipDataset;
import io.lightcone.run.CodecPresets;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.MemoryAdvice;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
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

/** Tests that codecs learn the same in parts, and what is said of the memory of their steps. */
class CodecMemoryTest {
    static {
        Libtorch.start(0);
    }

    private static final Device CPU = new Device("cpu");
    private static final int BATCH = 5;

    /** Returns a codec with all terms of the loss, a discriminator among them. */
    private static CodecRunConfig small(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "autoencoder={pictureChannels: 1, latentChannels: 4, space: 4, time: 2, widths: [6, 8], depth: 2}",
                "data.kind=moving-digits",
                "data.channels=1",
                "data.height=16",
                "data.width=16",
                "data.digitSize=8",
                "training.frames=5",
                "training.batch=" + BATCH,
                "training.steps=6",
                "training.loss={kl: 0.01, perceptual: 0.2, adversarial: 0.1, adversarialAfter: 0.5}",
                "training.reports.validationClips=2"));
        all.addAll(List.of(settings));
        return CodecRunConfig.read(CodecPresets.named("vae-tiny"), null, all);
    }

    private static List<Clip> batch(CodecRunConfig config, long step) {
        ClipDataset data = config.data().open(config.training().frames(), Path.of(""), message -> {}, () -> {});
        return IntStream.range(0, config.training().batch())
                .mapToObj(item -> data.training(new SplittableRandom(100 * step + item)))
                .toList();
    }

    /** The loss of a step in float64, and the gradient of every weight, those of the discriminator included. */
    private record Gradients(double loss, Map<String, double[]> byWeight) {}

    /** Returns the gradients of a step in parts. All weights are drawn: those that start at zero hide others'. */
    private static Gradients gradients(int parts) {
        CodecRunConfig config = small();
        RandomStreams streams = new RandomStreams(5);
        try (AutoencoderGradient gradient = new AutoencoderGradient(
                config.autoencoder(),
                config.training().loss(),
                streams,
                Parameters.fresh(CPU, ScalarType.Double),
                Parameters.fresh(CPU, ScalarType.Double))) {
            Map<String, Tensor> weights = new TreeMap<>(gradient.weights());
            gradient.judging().forEach((name, weight) -> weights.put("judge " + name, weight));
            weights.forEach((name, weight) -> Scopes.runWithoutGrad(() -> weight.copy_(
                    streams.tensors(name, 0, 0).normal(weight.shape()).mul(new Scalar(0.2)))));
            double loss = 0;
            for (BatchPart part : new BatchPart(1, 0, BATCH, batch(config, 1), 1).split(parts)) {
                loss += gradient.accumulate(part, true);
            }
            Map<String, double[]> byWeight = new TreeMap<>();
            Scopes.run(() -> weights.forEach((name, weight) -> byWeight.put(name, Tensors.doubles(weight.grad()))));
            return new Gradients(loss, byWeight);
        }
    }

    /** No term of the loss is of more than one clip: means are over the whole batch, norms are of a place. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, BATCH})
    void gradientsInPartsAreThoseOfTheWholeBatch(int parts) {
        Gradients whole = gradients(1);
        Gradients got = gradients(parts);
        assertThat(got.loss).isCloseTo(whole.loss, Offset.offset(1e-12));
        assertThat(got.byWeight.keySet()).isEqualTo(whole.byWeight.keySet());
        whole.byWeight.forEach((name, values) -> {
            assertThat(got.byWeight.get(name)).as(name).containsExactly(values, Offset.offset(1e-12));
            assertThat(Arrays.stream(values).map(Math::abs).max().orElse(0))
                    .as("gradient of %s", name)
                    .isGreaterThan(1e-7);
        });
    }

    private static AutoencoderTrainer fresh(CodecRunConfig config, int workers) {
        return AutoencoderTrainer.fresh(
                config, CPU, Workers.sharing(workers, config.training().batch(), CPU));
    }

    private static List<TrainingStep.Result> train(CodecRunConfig config, int workers) {
        try (AutoencoderTrainer trainer = fresh(config, workers)) {
            List<TrainingStep.Result> results = new ArrayList<>();
            for (int step = 0; step < 6; step++) {
                results.add(trainer.step(step, batch(config, step), 1e-3, step / 6.0));
            }
            return results;
        }
    }

    /** The discriminator begins in the middle. */
    @ParameterizedTest
    @CsvSource({"1, 2", "1, 5", "2, 2"})
    void aRunInPartsLearnsTheSame(int workers, int parts) {
        List<TrainingStep.Result> whole = train(small(), workers);
        List<TrainingStep.Result> inParts = train(small("training.accumulate=" + parts), workers);
        assertThat(inParts).isNotEqualTo(whole); // else they were not computed in parts
        for (int step = 0; step < whole.size(); step++) {
            assertThat(inParts.get(step).loss()).isCloseTo(whole.get(step).loss(), Offset.offset(1e-4));
            assertThat(inParts.get(step).gradientNorm() / whole.get(step).gradientNorm())
                    .isCloseTo(1, Offset.offset(1e-2));
        }
    }

    @Test
    void stepsInPartsLeaveNoNativeMemoryBehind() {
        CodecRunConfig config = small("training.accumulate=2");
        List<Clip> clips = batch(config, 0);
        try (AutoencoderTrainer trainer = fresh(config, 2)) {
            int[] step = {0};
            assertThat(NativeObjects.leftBy(5, 20, () -> trainer.step(step[0]++, clips, 1e-3, 1)))
                    .isZero();
        }
    }

    private static long growth(CodecRunConfig config) {
        List<Clip> clips = batch(config, 0);
        return ResidentMemory.growth(() -> {
            try (AutoencoderTrainer trainer = fresh(config, 1)) {
                for (int step = 0; step < 2; step++) {
                    trainer.step(step, clips, 1e-3, 1);
                }
            }
        });
    }

    private static CodecRunConfig tiny(String... settings) {
        List<String> all = new ArrayList<>(List.of("data.kind=moving-digits"));
        all.addAll(List.of(settings));
        return CodecRunConfig.read(CodecPresets.named("vae-tiny"), null, all);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsAboutAsPredictedAndLessInParts() {
        growth(tiny("training.batch=1")); // what the code itself takes
        long whole = growth(tiny());
        long parts = growth(tiny("training.accumulate=4"));
        double predicted = CodecMemory.of(tiny(), 1).total();
        System.out.printf(
                "vae-tiny: %.0f MB, %.0f predicted, %.0f in parts%n", whole / 1e6, predicted / 1e6, parts / 1e6);
        assertThat(predicted / whole).isBetween(0.6, 1.2);
        assertThat(parts).isLessThan(whole * 2 / 3);
    }

    @Test
    void moreOfAnythingIsPredictedToTakeMoreAndPartsLess() {
        double plain = CodecMemory.of(tiny(), 1).total();
        assertThat(CodecMemory.of(tiny(), 2).total()).isGreaterThan(plain);
        assertThat(CodecMemory.of(tiny("training.batch=5"), 1).total()).isGreaterThan(plain);
        assertThat(CodecMemory.of(tiny("training.frames=21"), 1).total()).isGreaterThan(plain);
        assertThat(CodecMemory.of(tiny("autoencoder.depth=2"), 1).total()).isGreaterThan(plain);
        assertThat(CodecMemory.of(tiny("training.loss.adversarial=0.1"), 1).total())
                .isGreaterThan(plain);
        assertThat(CodecMemory.of(tiny("training.crop=32"), 1).clips())
                .as("a quarter of each picture")
                .isEqualTo(CodecMemory.of(tiny("data.height=32", "data.width=32"), 1)
                        .clips());
        CodecMemory parts = CodecMemory.of(tiny("training.accumulate=2"), 1);
        assertThat(parts.clips()).isEqualTo(CodecMemory.of(tiny(), 1).clips() / 2);
        assertThat(CodecMemory.of(tiny("training.accumulate=2"), 4).clips())
                .as("four workers have a clip each")
                .isEqualTo(CodecMemory.of(tiny(), 4).clips());
    }

    @Test
    void aStepThatNoMachineHoldsIsRefusedBeforeItIsAllocated() {
        CodecRunConfig huge = tiny("data.height=4096", "data.width=4096", "training.batch=4000");
        NativeObjects.requireNothingLeft(() -> assertThatThrownBy(
                        () -> new CodecTask(huge).fresh(CPU, Workers.of(2, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageMatching("training steps of training.batch 4000 clips of training.frames 17 of"
                        + " 4096x4096 pixels and of autoencoder.widths \\[32, 64, 128\\] by 2 workers need"
                        + " [\\d,]+ GB of memory, but this machine has [\\d,]+ GB; choose fewer workers, a"
                        + " smaller training.batch, fewer training.frames, smaller frames or a training.crop, or"
                        + " set training.accumulate=2, which learns the same"));
        CodecRunConfig wide = small("autoencoder.widths=[4096, 4096]", "autoencoder.depth=16", "training.batch=1");
        assertThat(CodecMemory.of(wide, 1).clips())
                .isLessThan(CodecMemory.of(wide, 1).weights());
        CodecMemory.requireRoom(huge, new Device("meta"), 1); // a GPU refuses by itself
        CodecMemory.requireRoom(tiny(), CPU, 1);
    }

    @Test
    void whatIsLoweredAlreadyIsNotAdvised() {
        assertThat(MemoryAdvice.of(tiny(), 2))
                .isEqualTo("set training.accumulate=2, which learns the same, or choose fewer workers, a smaller"
                        + " training.batch, fewer training.frames, smaller frames or a training.crop");
        assertThat(MemoryAdvice.of(tiny("training.accumulate=3"), 1))
                .isEqualTo("set training.accumulate=4, which learns the same, or choose a smaller training.batch,"
                        + " fewer training.frames, smaller frames or a training.crop");
        assertThat(MemoryAdvice.of(tiny("training.batch=1"), 1))
                .isEqualTo("choose fewer training.frames, smaller frames or a training.crop");
        assertThat(MemoryAdvice.of(tiny("training.batch=1", "training.crop=32"), 1))
                .isEqualTo("choose fewer training.frames or a smaller training.crop");
    }

    @Test
    void aRunThatGetsNoMemorySaysWhatToLowerAndGoesOnInParts(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        RunOptions options =
                RunOptions.defaults().withDevice("cpu").withCommand("a test").withWorkers(2);
        TrainingListener hungry = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == 3) {
                    Scopes.run(() -> torch.zeros(1L << 46));
                }
            }
        };
        String often = "training.reports.log=1";
        try (TrainingRun run = CodecRuns.start(small(often), path, options.withListener(hungry))) {
            assertThatThrownBy(run::run)
                    .isInstanceOf(UserException.class)
                    .hasMessage("step 3 needs more memory than there is; set training.accumulate=2, which learns the"
                            + " same, or choose fewer workers, a smaller training.batch, fewer training.frames,"
                            + " smaller frames or a training.crop, and resume the run, for what it has learned is"
                            + " saved");
        }
        try (TrainingRun run = CodecRuns.resume(path, List.of("training.accumulate=2"), options)) {
            assertThat(run.step()).isEqualTo(3);
            run.run();
            assertThat(run.finished()).isTrue();
        }
    }

    @Test
    void thereAreNoMorePartsThanClips() {
        assertThatThrownBy(() -> small("training.accumulate=6"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("accumulate must lie between 1 and training.batch, which is 5, not 6");
    }
}
