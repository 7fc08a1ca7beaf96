// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class TrainerTest {
    private static final Device CPU = new Device("cpu");

    /** The target is noise minus frame, of variance 1 + E[x0^2]; a fresh model predicts zero. */
    @Test
    void theFirstLossIsTheSizeOfTheTarget() {
        RunConfig config = TestRuns.small(10);
        List<Clip> clips = TestRuns.batch(config, 0);
        double[] frameEnergy = new double[1];
        Scopes.run(() -> frameEnergy[0] = io.lightcone.evaluation.ClipTensors.encode(clips, CPU)
                .square()
                .mean()
                .item_double());
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            double loss = trainer.step(0, clips, 1e-3).loss();
            assertThat(loss).isCloseTo(1 + frameEnergy[0], Offset.offset(0.15));
        }
    }

    @Test
    void stepsLeaveNoNativeMemoryBehind() {
        RunConfig config = TestRuns.small(100);
        List<Clip> clips = TestRuns.batch(config, 0);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            for (int step = 0; step < 20; step++) {
                trainer.step(step, clips, 1e-3);
            }
            long pointers = Pointer.totalCount();
            long resident = Pointer.physicalBytes();
            for (int step = 20; step < 120; step++) {
                trainer.step(step, clips, 1e-3);
            }
            assertThat(Pointer.totalCount()).isLessThanOrEqualTo(pointers);
            assertThat(Pointer.physicalBytes() - resident).isLessThan(30L << 20);
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
                    .hasMessageContaining("not finite at step 7")
                    .hasMessageContaining(clips.get(0).name());
            assertThat(Tensors.floats(Objects.requireNonNull(weights.get("embed.weight"))))
                    .doesNotContain(Float.NaN);
        }
    }

    @Test
    void anAverageOfConstantWeightsIsThoseWeights() {
        RunConfig config = TestRuns.small(10);
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            for (int step = 0; step < 3; step++) {
                trainer.step(step, TestRuns.batch(config, step), 1e-30);
            }
            trainer.average()
                    .parameters()
                    .tensors()
                    .forEach((name, mean) -> assertThat(torch.allclose(
                                    mean, trainer.model().parameters().tensors().get(name), 0, 1e-6, false))
                            .as(name)
                            .isTrue());
        }
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
