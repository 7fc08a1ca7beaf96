// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.diffusion.DiffusionConfig.Schedule;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Cases;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Tests noise schedules, predictions and loss weights against published tables and formulas. */
class NoiseScheduleTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    private static final List<NoiseSchedule> ALL = List.of(
            new FlowMatching(1),
            new FlowMatching(3),
            VariancePreserving.cosine(),
            VariancePreserving.cosine().shifted(8),
            VariancePreserving.sigmoid(),
            VariancePreserving.linear(1e-4, 2e-2),
            VariancePreserving.sqrtLinear(1e-4, 2e-2),
            VariancePreserving.linear(1e-4, 2e-2).withZeroTerminalSnr(),
            VariancePreserving.sqrtLinear(8.5e-4, 1.2e-2).withZeroTerminalSnr());

    @Test
    void everyScheduleBeginsCleanAndOnlyGetsNoisier() {
        for (NoiseSchedule schedule : ALL) {
            assertThat(schedule.alpha(0)).isCloseTo(1, EXACT);
            assertThat(schedule.sigma(0)).isCloseTo(0, EXACT);
            for (int i = 1; i <= 2_000; i++) {
                double before = (i - 1) / 2000.0;
                double now = i / 2000.0;
                assertThat(schedule.alpha(now)).isLessThan(schedule.alpha(before) + 1e-15);
                assertThat(schedule.sigma(now)).isGreaterThan(schedule.sigma(before) - 1e-15);
                assertThat(schedule.logSnr(now)).isLessThan(schedule.logSnr(before));
                if (schedule instanceof VariancePreserving) {
                    assertThat(square(schedule.alpha(now)) + square(schedule.sigma(now)))
                            .isCloseTo(1, EXACT);
                }
            }
        }
    }

    private static double square(double value) {
        return value * value;
    }

    /** The table is that of AR-Diffusion, with time step t at level (t + 1) / 1,000. */
    @Test
    void sqrtLinearHasThePublishedTable() {
        NoiseSchedule schedule = VariancePreserving.sqrtLinear(1e-4, 2e-2);
        double[][] table = {{0, 0.9999}, {1, 0.9997974}, {500, 0.3312746}, {981, 0.0010490}, {999, 0.0007334}};
        for (double[] row : table) {
            assertThat(square(schedule.alpha((row[0] + 1) / 1000))).isCloseTo(row[1], Offset.offset(5e-8));
        }
    }

    @Test
    void shiftsDivideTheRootOfTheSignalToNoiseRatio() {
        for (double level : new double[] {0.1, 0.5, 0.9}) {
            double by = 2 * Math.log(3);
            assertThat(new FlowMatching(3).logSnr(level)).isCloseTo(new FlowMatching(1).logSnr(level) - by, EXACT);
            assertThat(VariancePreserving.cosine().shifted(3).logSnr(level))
                    .isCloseTo(VariancePreserving.cosine().logSnr(level) - by, Offset.offset(1e-10));
        }
        assertThat(new FlowMatching(3).sigma(0.5)).isCloseTo(0.75, EXACT);
    }

    @Test
    void zeroTerminalSnrKeepsTheFirstStepAndEndsInNoiseAlone() {
        VariancePreserving plain = VariancePreserving.linear(1e-4, 2e-2);
        VariancePreserving stretched = plain.withZeroTerminalSnr();
        assertThat(plain.alpha(1)).isCloseTo(Math.sqrt(4.0358e-5), Offset.offset(1e-6));
        assertThat(stretched.alpha(1)).isZero();
        assertThat(stretched.alpha(0.001)).isCloseTo(plain.alpha(0.001), EXACT);
        assertThat(stretched.alpha(0.5))
                .isCloseTo(
                        (plain.alpha(0.5) - plain.alpha(1))
                                * plain.alpha(0.001)
                                / (plain.alpha(0.001) - plain.alpha(1)),
                        EXACT);
    }

    @Test
    void eachFrameHasItsOwnLevel() {
        Scopes.run(() -> {
            Tensor x0 = torch.ones(1, 3, 1, 1, 1);
            Tensor noise = torch.zeros(1, 3, 1, 1, 1);
            Levels levels = Levels.same(1, 0, 0.25, 1);
            assertThat(Tensors.floats(new FlowMatching(1).at(levels, x0).noisy(x0, noise)))
                    .containsExactly(1, 0.75f, 0);
        });
    }

    /** Any prediction can be converted to any other and back. */
    @Test
    void predictionsAreConvertedIntoEachOther() {
        Cases.check(60, draw -> {
            double level = draw.between("level", 0.02, 0.98);
            for (NoiseSchedule schedule : ALL) {
                Scopes.run(() -> {
                    Tensor x0 = torch.randn(1, 2, 1, 2, 2).to(ScalarType.Double);
                    Tensor noise = torch.randn(1, 2, 1, 2, 2).to(ScalarType.Double);
                    Mixture at = schedule.at(Levels.same(1, level, level / 2), x0);
                    Tensor x = at.noisy(x0, noise);
                    Tensor alpha = at.alpha();
                    Tensor sigma = at.sigma();
                    for (Prediction from : Prediction.values()) {
                        Tensor p = from.target(x0, noise, alpha, sigma);
                        Tensor frame = from.x0(p, x, alpha, sigma);
                        Tensor epsilon = from.epsilon(p, x, alpha, sigma);
                        assertThat(torch.allclose(frame, x0, 1e-7, 1e-7, false)).isTrue();
                        assertThat(torch.allclose(epsilon, noise, 1e-7, 1e-7, false))
                                .isTrue();
                        for (Prediction to : Prediction.values()) {
                            assertThat(torch.allclose(
                                            to.target(frame, epsilon, alpha, sigma),
                                            to.target(x0, noise, alpha, sigma),
                                            1e-7,
                                            1e-7,
                                            false))
                                    .isTrue();
                        }
                    }
                });
            }
        });
    }

    /** The same squared error of the clean frame weighs the same, whatever the network predicts. */
    @Test
    void weightsDoNotDependOnThePrediction() {
        Cases.check(60, draw -> {
            double level = draw.between("level", 0.01, 0.99);
            NoiseSchedule schedule = VariancePreserving.cosine();
            double snr = Math.exp(schedule.logSnr(level));
            for (LossWeight weight : List.of(LossWeight.MIN_SNR, LossWeight.SIGMOID, LossWeight.FUSED_SNR)) {
                double ofX0 = weight.of(new double[] {level}, schedule, Prediction.X0)[0];
                Offset<Double> close = Offset.offset(1e-9 * ofX0);
                assertThat(weight.of(new double[] {level}, schedule, Prediction.EPSILON)[0] * snr)
                        .isCloseTo(ofX0, close);
                assertThat(weight.of(new double[] {level}, schedule, Prediction.V)[0] * (snr + 1))
                        .isCloseTo(ofX0, close);
                assertThat(weight.of(new double[] {level}, schedule, Prediction.VELOCITY)[0]
                                * square(Math.sqrt(snr) + 1))
                        .isCloseTo(ofX0, close);
            }
            assertThat(LossWeight.MIN_SNR.of(new double[] {level}, schedule, Prediction.X0)[0])
                    .isCloseTo(Math.min(snr, 5), Offset.offset(1e-9));
            NoiseSchedule flow = new FlowMatching(1);
            for (Prediction prediction : List.of(Prediction.X0, Prediction.V, Prediction.VELOCITY)) {
                double fused = LossWeight.FUSED_SNR.of(new double[] {level}, flow, prediction)[0];
                double plain = LossWeight.MIN_SNR.of(new double[] {level}, flow, prediction)[0];
                assertThat(fused).as("a first frame has no past").isCloseTo(plain, Offset.offset(1e-9 * plain));
            }
            assertThat(LossWeight.SIGMOID.of(new double[] {level}, schedule, Prediction.EPSILON)[0])
                    .isCloseTo(1 / (1 + snr * Math.E), Offset.offset(1e-9));
        });
    }

    /**
     * The weights for signal-to-noise ratios 20, 3, 0.5 and 0.01 are those computed by hand from Diffusion Forcing's
     * formula.
     */
    @Test
    void fusedSnrRemembersCleanerFrames() {
        double[] snrs = {20, 3, 0.5, 0.01};
        VariancePreserving schedule = VariancePreserving.cosine();
        double[] levels = new double[4];
        for (int t = 0; t < 4; t++) {
            levels[t] = levelOf(schedule, snrs[t]);
        }
        double[] weights = LossWeight.FUSED_SNR.of(levels, schedule, Prediction.V);
        double[] expected = {0.238095, 0.831081, 0.826114, 0.819961};
        double c2 = 0.96 + 0.04 * 0.6; // after m = 1 and 0.6
        double c3 = 0.96 * c2 + 0.04 * 0.1;
        double[] past = {0, 1, c2, c3};
        for (int t = 0; t < 4; t++) {
            double clipped = 1 - (1 - 0.96 * past[t]) * (1 - Math.min(snrs[t], 5) / 5);
            double fused = 1 - (1 - 0.96 * past[t]) * (1 - snrs[t] / 5);
            assertThat(weights[t]).isCloseTo(5 * clipped / (5 * fused + 1), Offset.offset(1e-6));
            assertThat(weights[t]).isCloseTo(expected[t], Offset.offset(2e-6));
        }
    }

    private static double levelOf(NoiseSchedule schedule, double snr) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (schedule.logSnr(middle) > Math.log(snr)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Test
    void framesWithoutNoiseHaveNoWeight() {
        Scopes.run(() -> {
            Levels levels = Levels.of(new double[][] {{0, 0.5}, {1, 0}});
            for (LossWeight weight : LossWeight.values()) {
                for (Prediction prediction : Prediction.values()) {
                    NoiseSchedule schedule = VariancePreserving.sqrtLinear(1e-4, 2e-2);
                    Diffusion diffusion = new Diffusion(schedule, prediction, weight);
                    double[] weights =
                            Tensors.doubles(diffusion.weights(diffusion.at(levels, torch.ones(2, 2, 1, 1, 1))));
                    assertThat(weights[0]).isZero();
                    assertThat(weights[3]).isZero();
                    assertThat(weights[1]).isFinite().isPositive();
                    assertThat(weights[2]).isFinite().isPositive();
                }
            }
        });
    }

    @Test
    void noisePredictionWithoutAnySignalIsRefused() {
        for (Schedule schedule : List.of(Schedule.FLOW, Schedule.COSINE, Schedule.SIGMOID)) {
            assertThatThrownBy(() ->
                            new DiffusionConfig(schedule, 1, 1e-4, 2e-2, false, Prediction.EPSILON, LossWeight.UNIFORM))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("choose X0, V or VELOCITY");
        }
        assertThat(new DiffusionConfig(Schedule.LINEAR, 1, 1e-4, 2e-2, false, Prediction.EPSILON, LossWeight.UNIFORM)
                        .diffusion()
                        .prediction())
                .isEqualTo(Prediction.EPSILON);
        assertThatThrownBy(() -> new DiffusionConfig(
                        Schedule.FLOW, 1, 1e-4, 2e-2, true, Prediction.VELOCITY, LossWeight.UNIFORM))
                .hasMessageContaining("zeroTerminalSnr");
    }
}
