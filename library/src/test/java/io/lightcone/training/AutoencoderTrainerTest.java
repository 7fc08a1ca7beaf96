// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoderConfig;
import io.lightcone.codec.StreamingDecoder;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.ClipDataset;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.evaluation.Psnr;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.CodecTrainingConfig;
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.OptimizerConfig.Decay;
import io.lightcone.run.Provenance;
import io.lightcone.run.ReconstructionConfig;
import io.lightcone.run.ReportConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoencoderTrainerTest {
    static {
        Libtorch.start(0);
    }

    private static final Device CPU = new Device("cpu");
    private static final CausalAutoencoderConfig SMALL = new CausalAutoencoderConfig(1, 4, 8, 2, List.of(6, 8, 16), 1);
    private static final ReconstructionConfig PLAIN = new ReconstructionConfig(1e-4, 0.02, 0.1, 0, 0);
    private static final ReconstructionConfig JUDGED = new ReconstructionConfig(1e-4, 0.02, 0.1, 0.05, 0.5);
    private static final OptimizerConfig ADAM = OptimizerConfig.adamW(1e-3, 0, Decay.CONSTANT, 0.9);
    private static final ClipDataset DIGITS =
            MovingDigitsConfig.of(32, 1, 12, 2).open(5, Path.of(""), message -> {}, () -> {});

    private static AutoencoderTrainer fresh(ReconstructionConfig losses, Workers workers) {
        return AutoencoderTrainer.fresh(config(SMALL, losses, ADAM, 7), CPU, workers);
    }

    private static CodecRunConfig config(
            CausalAutoencoderConfig autoencoder, ReconstructionConfig losses, OptimizerConfig adam, long seed) {
        return new CodecRunConfig(
                "test",
                autoencoder,
                MovingDigitsConfig.of(32, 1, 12, 2),
                new CodecTrainingConfig(seed, 5, 0, 3, 1, 10, 0, losses, adam, new ReportConfig(1, 1, 1, 1, 1, 1)));
    }

    private static List<Clip> batch(long step) {
        return IntStream.range(0, 3)
                .mapToObj(item -> DIGITS.training(new SplittableRandom(step * 100 + item)))
                .toList();
    }

    /** Makes steps of a run of ten. */
    private static List<Double> steps(AutoencoderTrainer trainer, int from, int to) {
        List<Double> losses = new ArrayList<>();
        for (int step = from; step < to; step++) {
            losses.add(trainer.step(step, batch(step), 1e-3, step / 10.0).loss());
        }
        return losses;
    }

    private static Checkpoint checkpoint(AutoencoderTrainer trainer) {
        Provenance provenance = new Provenance("test", "test", "test", "now", "", "", "");
        return trainer.checkpoint(
                new TrainingState(1, 7, 0, 30, trainer.codec().identity(), "autoencoder", provenance));
    }

    private static Map<String, float[]> values(AutoencoderTrainer trainer) {
        Map<String, float[]> values = new LinkedHashMap<>();
        Checkpoint all = checkpoint(trainer);
        all.model().forEach((name, tensor) -> values.put("model " + name, Tensors.floats(tensor)));
        all.ema().forEach((name, tensor) -> values.put("ema " + name, Tensors.floats(tensor)));
        all.optimizer().forEach((name, tensor) -> values.put("optimizer " + name, Tensors.floats(tensor)));
        return values;
    }

    private static void same(Map<String, float[]> one, Map<String, float[]> other) {
        assertThat(one.keySet()).isEqualTo(other.keySet());
        one.forEach((name, values) -> assertThat(values).as(name).isEqualTo(other.get(name)));
    }

    /** Fresh latents of moving digits are far from smooth, and learn to be. */
    @Test
    void smoothLatentsAreLearnedAsMuchAsTheirWeightSays() {
        double[] losses = IntStream.of(0, 1, 2)
                .mapToDouble(weight -> {
                    try (AutoencoderTrainer trainer =
                            fresh(new ReconstructionConfig(0, weight, 0, 0, 0), Workers.of(1, 1))) {
                        return steps(trainer, 0, 1).get(0);
                    }
                })
                .toArray();
        assertThat(losses[1] - losses[0]).as("roughness").isBetween(0.05, 1.5);
        assertThat(losses[2] - losses[1]).isCloseTo(losses[1] - losses[0], Offset.offset(1e-5));
        try (AutoencoderTrainer trainer = fresh(new ReconstructionConfig(0, 10, 0, 0, 0), Workers.of(1, 1))) {
            List<Double> learned = steps(trainer, 0, 40);
            assertThat(learned.get(39)).isLessThan(0.8 * learned.get(0));
        }
    }

    /** The discriminator begins after step 5, so the run is broken off before and after that. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7})
    void aResumedTrainingIsTheSameBitForBit(int broken) {
        List<Double> losses;
        Map<String, float[]> whole;
        try (AutoencoderTrainer trainer = fresh(JUDGED, Workers.of(2, 1))) {
            losses = steps(trainer, 0, 10);
            whole = values(trainer);
            assertThat(trainer.isWhole()).isTrue();
            assertThat(whole.keySet()).contains("optimizer discriminator.weights.layer.0.weight");
        }
        Scopes.run(() -> {
            Checkpoint saved;
            try (AutoencoderTrainer trainer = fresh(JUDGED, Workers.of(2, 1))) {
                steps(trainer, 0, broken);
                saved = copy(checkpoint(trainer));
            }
            try (AutoencoderTrainer trainer =
                    AutoencoderTrainer.resumed(config(SMALL, JUDGED, ADAM, 7), CPU, Workers.of(2, 1), saved)) {
                assertThat(steps(trainer, broken, 10)).isEqualTo(losses.subList(broken, 10));
                same(values(trainer), whole);
            }
        });
    }

    private static Checkpoint copy(Checkpoint all) {
        return new Checkpoint(
                copy(all.model()), copy(all.ema()), copy(all.optimizer()), all.teacher(), all.state(), null);
    }

    private static Map<String, Tensor> copy(Map<String, Tensor> tensors) {
        Map<String, Tensor> copied = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> copied.put(name, tensor.detach().clone()));
        return copied;
    }

    /** What the discriminator says counts only from its share of the run on, and it learns only from there on. */
    @Test
    void theDiscriminatorWaitsForItsShareOfTheRun() {
        try (AutoencoderTrainer plain = fresh(PLAIN, Workers.alone());
                AutoencoderTrainer judged = fresh(JUDGED, Workers.alone())) {
            float[] fresh = judge(judged);
            assertThat(steps(judged, 0, 5)).isEqualTo(steps(plain, 0, 5));
            assertThat(judge(judged)).isEqualTo(fresh);
            assertThat(steps(judged, 5, 7)).isNotEqualTo(steps(plain, 5, 7));
            assertThat(judge(judged)).isNotEqualTo(fresh);
        }
    }

    private static float[] judge(AutoencoderTrainer trainer) {
        return Objects.requireNonNull(values(trainer).get("optimizer discriminator.weights.layer.1.weight"));
    }

    /** Workers share a batch that they cannot share evenly, and make the same step but for rounding. */
    @Test
    void workersMakeTheStepOfOne() {
        try (AutoencoderTrainer one = fresh(JUDGED, Workers.alone());
                AutoencoderTrainer two = fresh(JUDGED, Workers.of(2, 1))) {
            for (int step = 4; step < 8; step++) {
                TrainingStep.Result alone = one.step(step, batch(step), 1e-4, step / 10.0);
                TrainingStep.Result shared = two.step(step, batch(step), 1e-4, step / 10.0);
                assertThat(shared.loss()).isCloseTo(alone.loss(), within(1e-4));
                assertThat(shared.gradientNorm() / alone.gradientNorm()).isCloseTo(1, within(1e-2));
            }
        }
    }

    /** Squares as large as the pictures are the pictures; smaller ones lie elsewhere in each step and clip. */
    @Test
    void squaresAreCutOutOfClips() {
        CodecRunConfig config = config(SMALL, PLAIN, ADAM, 7);
        try (AutoencoderTrainer whole = fresh(PLAIN, Workers.alone());
                AutoencoderTrainer same =
                        AutoencoderTrainer.fresh(ConfigReader.with(config, "training.crop=32"), CPU, Workers.alone());
                AutoencoderTrainer squares =
                        AutoencoderTrainer.fresh(ConfigReader.with(config, "training.crop=16"), CPU, Workers.alone());
                AutoencoderTrainer shared = AutoencoderTrainer.fresh(
                        ConfigReader.with(config, "training.crop=16"), CPU, Workers.of(2, 1))) {
            assertThat(steps(same, 0, 3)).isEqualTo(steps(whole, 0, 3));
            double[] losses = new double[6];
            for (int step = 0; step < losses.length; step++) { // nothing is learned, and the clips are the same
                losses[step] = squares.step(step, batch(0), 0, 0).loss();
                assertThat(shared.step(step, batch(0), 0, 0).loss()).isCloseTo(losses[step], within(1e-4));
            }
            assertThat(losses).doesNotHaveDuplicates();
        }
    }

    @Test
    void aDiscriminatorCannotBeAddedLater() {
        try (AutoencoderTrainer trainer = fresh(PLAIN, Workers.alone())) {
            Checkpoint saved = checkpoint(trainer);
            assertThatThrownBy(() ->
                            AutoencoderTrainer.resumed(config(SMALL, JUDGED, ADAM, 7), CPU, Workers.alone(), saved))
                    .isInstanceOf(UserException.class)
                    .hasMessage("the checkpoint has no discriminator, since its training had the weight 0 for what one"
                            + " says; keep it at 0, or train anew");
        }
    }

    @Test
    void aCheckpointOfAnotherAutoencoderIsRefusedAndNothingIsLeft() {
        CausalAutoencoderConfig wider = new CausalAutoencoderConfig(1, 4, 8, 2, List.of(6, 8, 32), 1);
        try (AutoencoderTrainer trainer = fresh(JUDGED, Workers.alone())) {
            Checkpoint saved = checkpoint(trainer);
            NativeObjects.requireNothingLeft(() -> assertThatThrownBy(() ->
                            AutoencoderTrainer.resumed(config(wider, JUDGED, ADAM, 7), CPU, Workers.alone(), saved))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("it belongs to another model"));
        }
    }

    @Test
    void weightsThatAreNotFiniteEndTheTraining() {
        try (AutoencoderTrainer trainer = fresh(PLAIN, Workers.alone())) {
            Tensor weight = Objects.requireNonNull(checkpoint(trainer).model().get("decoder.out.bias"));
            Scopes.runWithoutGrad(() -> weight.fill_(new Scalar(Double.NaN)));
            assertThatThrownBy(() -> trainer.step(3, batch(3), 1e-3, 0))
                    .isInstanceOf(DivergedException.class)
                    .hasMessageStartingWith("the loss is not finite at step 3, in clip 1 of 3");
            assertThat(trainer.isWhole()).isTrue();
        }
    }

    @Test
    void stepsLeaveNoNativeMemoryBehind() {
        try (AutoencoderTrainer trainer = fresh(JUDGED, Workers.of(2, 1))) {
            int[] step = {0};
            assertThat(NativeObjects.leftBy(5, 20, () -> trainer.step(step[0]++, batch(0), 1e-3, 1)))
                    .isZero();
        }
        NativeObjects.requireNothingLeft(() -> {
            try (AutoencoderTrainer trainer = fresh(JUDGED, Workers.of(2, 1))) {
                trainer.step(0, batch(0), 1e-3, 1);
            }
        });
    }

    /** A few digits are learned by heart: the plainest sign that all parts fit. */
    @Test
    void clipsAreLearnedByHeart() {
        CausalAutoencoderConfig autoencoder = new CausalAutoencoderConfig(1, 16, 8, 4, List.of(16, 32, 64), 1);
        OptimizerConfig adam = OptimizerConfig.adamW(5e-3, 20, Decay.COSINE, 0.9);
        int steps = 200;
        try (AutoencoderTrainer trainer = AutoencoderTrainer.fresh(
                config(autoencoder, new ReconstructionConfig(1e-6, 0, 0.05, 0, 0), adam, 1), CPU, Workers.of(3, 1))) {
            List<Clip> clips = batch(1);
            double before = psnr(trainer, clips.get(0));
            for (int step = 0; step < steps; step++) {
                double done = (double) step / steps;
                trainer.step(step, clips, adam.learningRate(step, done), done);
            }
            double after = psnr(trainer, clips.get(0));
            System.out.printf("autoencoder by heart: PSNR %.1f to %.1f dB%n", before, after);
            assertThat(before).isLessThan(12);
            assertThat(after).isGreaterThan(18);
        }
    }

    /** Returns the mean PSNR of the pictures of a clip, encoded and decoded as a stream by the averaged weights. */
    private static double psnr(AutoencoderTrainer trainer, Clip clip) {
        double[] sum = new double[1];
        Scopes.run(() -> {
            Tensor latents = trainer.codec().encode(List.of(clip));
            try (StreamingDecoder decoder = trainer.codec().decoder()) {
                int picture = 0;
                for (int n = 0; n < latents.size(1); n++) {
                    Clip decoded = decoder.next(latents.narrow(1, n, 1)).get(0);
                    for (int i = 0; i < decoded.frames(); i++) {
                        sum[0] += Psnr.of(clip, picture++, decoded, i);
                    }
                }
                assertThat(picture).isEqualTo(clip.frames());
            }
        });
        return sum[0] / clip.frames();
    }
}
