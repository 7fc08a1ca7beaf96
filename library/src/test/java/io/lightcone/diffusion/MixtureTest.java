// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Tests that the tensors of a batch are computed from its levels, without reading from the device. */
class MixtureTest {
    private static final List<NoiseSchedule> SCHEDULES = List.of(
            new FlowMatching(1),
            new FlowMatching(3),
            VariancePreserving.cosine(),
            VariancePreserving.sigmoid(),
            VariancePreserving.sqrtLinear(1e-4, 2e-2),
            VariancePreserving.linear(1e-4, 2e-2).withZeroTerminalSnr());

    /** Shares are computed in double for the level that a float32 model is given, then rounded once. */
    @Test
    void sharesAreThoseOfTheLevelThatTheModelIsGiven() {
        double[][] numbers = {{0, 0.1, 1.0 / 3, 0.7}, {0.9, 0.999, 1, 1e-3}};
        Levels levels = Levels.of(numbers);
        Scopes.run(() -> {
            for (NoiseSchedule schedule : SCHEDULES) {
                Mixture told = schedule.at(levels, torch.ones(1));
                Mixture exact = schedule.at(levels, torch.ones(1).to(ScalarType.Double));
                assertThat(told.alpha().shape()).containsExactly(2, 4, 1, 1, 1);
                for (int b = 0; b < 2; b++) {
                    for (int t = 0; t < 4; t++) {
                        float level = (float) numbers[b][t];
                        assertThat(value(told.level_BT(), b, t)).isEqualTo(level);
                        assertThat(value(told.alpha(), b, t)).isEqualTo((float) schedule.alpha(level));
                        assertThat(value(told.sigma(), b, t)).isEqualTo((float) schedule.sigma(level));
                        assertThat(value(exact.level_BT(), b, t)).isEqualTo(numbers[b][t]);
                        assertThat(value(exact.alpha(), b, t)).isEqualTo(schedule.alpha(numbers[b][t]));
                        assertThat(value(exact.sigma(), b, t)).isEqualTo(schedule.sigma(numbers[b][t]));
                    }
                }
                Mixture some = told.frames(1, 2);
                assertThat(Tensors.floats(some.sigma()))
                        .isEqualTo(Tensors.floats(told.sigma().narrow(1, 1, 2)));
                assertThat(some.levels().ofClip(1)).containsExactly(0.999, 1);
            }
        });
    }

    private static double value(Tensor tensor, int b, int t) {
        return Tensors.doubles(tensor.select(0, b).select(0, t))[0];
    }

    /** Levels are not read back even from a device that computes nothing, where any such read would fail. */
    @Test
    void levelsAreNeverReadBackFromTheirDevice() {
        LevelSampler sampler = new LevelsConfig.Independent(
                        LevelsConfig.Distribution.UNIFORM, 0, 0.5, LevelsConfig.CleanFrames.ANY)
                .sampler();
        Scopes.run(() -> {
            Tensor frames = torch.ones(3, 4, 1, 2, 2).to(new Device("meta"), ScalarType.Float);
            assertThatThrownBy(() -> Tensors.doubles(frames)).isInstanceOf(RuntimeException.class);
            Levels levels = sampler.sample(4, new RandomStreams(1).batch("levels", 0, 0, 1, 2));
            assertThat(levels.countNoisy()).isBetween(1L, 11L);
            for (Prediction prediction : Prediction.values()) {
                for (LossWeight weight : LossWeight.values()) {
                    Diffusion diffusion = new Diffusion(VariancePreserving.cosine(), prediction, weight);
                    Mixture at = diffusion.at(levels, frames);
                    Tensor noisy = at.noisy(frames, frames);
                    Tensor error_BT = diffusion.error(noisy, frames, frames, at).mul(diffusion.weights(at));
                    assertThat(error_BT.shape()).containsExactly(3, 4);
                    assertThat(error_BT.device().str().getString()).isEqualTo("meta");
                    assertThat(diffusion.estimate(noisy, noisy, at).x0().shape())
                            .containsExactly(3, 4, 1, 2, 2);
                }
            }
        });
    }

    @Test
    void clipsOfDifferentLengthAreRefused() {
        assertThatThrownBy(() -> Levels.of(new double[][] {{0.1, 0.2}, {0.3}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there must be levels of at least one frame, and of as many in every clip");
        assertThatThrownBy(() -> Levels.of(new double[0][])).isInstanceOf(IllegalArgumentException.class);
    }
}
