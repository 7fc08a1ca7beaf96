// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Updates;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Tests that the three decoders of a distillation, which have the same encoder, have each its own part in it. */
class ConsistencyGradientTest {
    private static final Device CPU = new Device("cpu");
    private static final int LEVELS = 6;
    /** By how much losses differ at least that are to differ; rounding is far below. */
    private static final double MARGIN = 1e-3;

    private static final TrainingState STATE = new TrainingState(
            0,
            3,
            0,
            8,
            "pixels",
            "consistency",
            new Provenance("test", "test", "none", "1970-01-01T00:00:00Z", "", "", ""));

    private static final RunConfig CONFIG = ConfigReader.with(
            TestRuns.separable(100), "training.consistency.levels=" + LEVELS, "sampling.solver=consistency");

    /** The numbers of the random weights of each decoder; equal numbers are equal weights. */
    private record Decoders(int student, int average, int teacher) {}

    /** Restores a distillation from a checkpoint with these decoders and one encoder. */
    private static Trainer trainer(Decoders decoders) {
        Trainer[] restored = new Trainer[1];
        RunConfig ordinary = ConfigReader.with(CONFIG, "training.consistency.levels=0");
        try (Trainer trained = Trainer.fresh(ordinary, CPU)) {
            Scopes.runWithoutGrad(() -> {
                Checkpoint checkpoint = trained.checkpoint(STATE);
                Map<String, Tensor> student = weights(checkpoint.model(), decoders.student);
                Map<String, Tensor> average = weights(checkpoint.model(), decoders.average);
                Map<String, Tensor> teacher = weights(checkpoint.model(), decoders.teacher);
                restored[0] = Trainer.distilling(
                        CONFIG,
                        CONFIG.openCodec(CPU),
                        CPU,
                        Workers.alone(),
                        new Checkpoint(student, average, checkpoint.optimizer(), teacher, STATE, null));
            });
        }
        return restored[0];
    }

    private static Map<String, Tensor> weights(Map<String, Tensor> shapes, int decoder) {
        RandomStream same = new RandomStreams(5).tensors("encoder", 0, 0);
        RandomStream own = new RandomStreams(5).tensors("decoder", decoder, 0);
        Map<String, Tensor> weights = new LinkedHashMap<>();
        shapes.forEach((name, tensor) -> {
            boolean encoder = name.startsWith("encoder.") || name.equals("start");
            weights.put(name, (encoder ? same : own).normal(tensor.shape()).mul(new Scalar(0.1)));
        });
        return weights;
    }

    /** Returns the loss of the same clips, all frames of which are noised to one level of the grid. */
    private static double loss(Trainer trainer, int level) {
        List<Clip> clips = TestRuns.batch(CONFIG, 0);
        BatchPart part = new BatchPart(0, 0, clips.size(), clips, 1);
        double[] levels = new double[CONFIG.training().frames()];
        double[] steps = new double[levels.length];
        for (int t = 0; t < levels.length; t++) {
            levels[t] = level / (double) LEVELS;
            steps[t] = 1.0 / LEVELS;
        }
        Updates drawn = new Updates(Levels.same(clips.size(), levels), Levels.same(clips.size(), steps));
        return trainer.gradient().accumulate(part, drawn, drawn.levels().countNoisy(), 0);
    }

    private static double change(Decoders decoders, int level) {
        try (Trainer before = trainer(new Decoders(1, 1, 1));
                Trainer after = trainer(decoders)) {
            return Math.abs(loss(after, level) - loss(before, level));
        }
    }

    /**
     * At the lowest level of the grid the teacher's step ends at a clean frame, and the average is not asked; at a
     * higher one it is. The student's frame is what is compared with all that.
     */
    @Test
    void everyDecoderHasItsOwnPart() {
        assertThat(change(new Decoders(1, 1, 1), LEVELS)).isLessThan(MARGIN / 100);
        assertThat(change(new Decoders(2, 1, 1), 1)).as("student").isGreaterThan(MARGIN);
        assertThat(change(new Decoders(2, 1, 1), LEVELS)).as("student").isGreaterThan(MARGIN);
        assertThat(change(new Decoders(1, 2, 1), 1)).as("average, not asked").isLessThan(MARGIN / 100);
        assertThat(change(new Decoders(1, 2, 1), LEVELS)).as("average").isGreaterThan(MARGIN);
        assertThat(change(new Decoders(1, 1, 2), 1)).as("teacher").isGreaterThan(MARGIN);
        assertThat(change(new Decoders(1, 1, 2), LEVELS)).as("teacher").isGreaterThan(MARGIN);
    }

    /** Nothing else has a gradient: neither what teaches nor the encoder, in the student's weights or elsewhere. */
    @Test
    void theGradientIsThatOfTheStudentsDecoder() {
        try (Trainer trainer = trainer(new Decoders(1, 2, 3))) {
            BatchGradient gradient = trainer.gradient();
            loss(trainer, LEVELS);
            Scopes.runWithoutGrad(() -> {
                Map<String, Tensor> student = gradient.model().parameters().tensors();
                assertThat(gradient.weights()).isNotEmpty().hasSizeLessThan(student.size());
                student.forEach((name, weight) -> assertThat(hasGradient(weight))
                        .as(name)
                        .isEqualTo(gradient.weights().containsKey(name)));
                assertThat(gradient.average().parameters().tensors().values())
                        .noneMatch(ConsistencyGradientTest::hasGradient);
                assertThat(gradient.imagining().parameters().tensors().values())
                        .noneMatch(ConsistencyGradientTest::hasGradient);
            });
        }
    }

    private static boolean hasGradient(Tensor weight) {
        return weight.grad().defined() && weight.grad().abs().max().item_double() > 0;
    }
}
