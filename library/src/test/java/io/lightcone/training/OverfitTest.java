// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.AttentionPlans;
import io.lightcone.codec.CodecConfig;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.LevelsConfig;
import io.lightcone.diffusion.LevelsConfig.Distribution;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.ConsistencyConfig;
import io.lightcone.run.GivenConfig;
import io.lightcone.run.OptimizerConfig;
import io.lightcone.run.OptimizerConfig.Decay;
import io.lightcone.run.ReportConfig;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.run.SeparableConfig;
import io.lightcone.run.ShortcutConfig;
import io.lightcone.run.TrainingConfig;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Precision;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests that a model that sees one clip of 16 frames again and again learns it by heart: the plainest sign that all
 * parts fit.
 */
@Tag("slow")
class OverfitTest {
    private static final int STEPS = 3_000;
    private static final double RATE = 3e-3;

    @Test
    void oneClipIsLearnedByHeartAndComesBackOut() {
        Libtorch.start(0);
        Device cpu = new Device("cpu");
        RunConfig config = new RunConfig(
                "overfit",
                ModelConfig.of(1, 4, 96, 4, 4, List.of(BranchConfig.high(2, 3, 3), BranchConfig.low(2, 2, 2, 2))),
                MovingDigitsConfig.of(32, 1, 18, 2),
                CodecConfig.pixels(),
                DiffusionConfig.flow(),
                new TrainingConfig(
                        1,
                        16,
                        List.of(),
                        2,
                        1,
                        STEPS,
                        0,
                        Precision.FLOAT32,
                        AttentionPlans.Method.TILED,
                        Precision.FLOAT32,
                        false,
                        LevelsConfig.independent(Distribution.LOGIT_NORMAL, 0.5),
                        GivenConfig.none(),
                        SeparableConfig.published(),
                        ShortcutConfig.published(),
                        ConsistencyConfig.none(),
                        0.1,
                        OptimizerConfig.adamW(RATE, 50, Decay.COSINE, 0.99),
                        new ReportConfig(100, STEPS, 1, STEPS, STEPS, 1)),
                SamplingConfig.frameByFrame(20, 0, 1));
        Clip clip = TestRuns.data(config).heldOut(0);
        double first = 0;
        double last = 0;
        try (Trainer trainer = Trainer.fresh(config, cpu)) {
            for (int step = 0; step < STEPS; step++) {
                double rate = config.training().optimizer().learningRate(step, (double) step / STEPS);
                double loss = trainer.step(step, List.of(clip, clip), rate).loss();
                first = step == 0 ? loss : first;
                last = step >= STEPS - 50 ? last + loss / 50 : last;
            }
            List<Clip> truth = List.of(clip);
            List<Clip> continued = new Continuation(
                            new RunModel(config, trainer.average(), trainer.codec(), cpu, 10)::conditionedOn,
                            trainer.codec(),
                            config.sampling(),
                            1)
                    .of(truth, new RandomStreams(1), () -> {});
            Score score = Score.of(truth, continued, 1);
            double psnr = score.model(15);
            System.out.printf(
                    "overfit: loss %.4f to %.4f, PSNR of the 15 generated frames %.1f dB%n", first, last, psnr);
            assertThat(first).as("a fresh model predicts zero").isBetween(1.0, 2.1);
            assertThat(last).isLessThan(0.02 * first);
            assertThat(score.repeatLast(15)).as("the clip moves").isLessThan(20);
            assertThat(psnr).as("continued, not copied").isGreaterThan(30).isLessThan(90);
        }
    }
}
