// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Tests which updates are drawn, and that one by the target leads where its two halves lead. */
class ShortcutTest {
    private static final List<NoiseSchedule> SCHEDULES = List.of(
            new FlowMatching(1),
            new FlowMatching(3),
            VariancePreserving.cosine(),
            VariancePreserving.sqrtLinear(1e-4, 2e-2));
    private static final RandomStreams STREAMS = new RandomStreams(3);
    /** Levels of two clips of four frames, and how far their updates go. */
    private static final double[][] LEVELS = {{1, 0.5, 0.75, 0}, {1, 0.3, 0.125, 1}};

    private static final double[][] STEPS = {{1, 0.5, 0.25, 0}, {0.5, 0, 0.125, 0.0625}};

    /** What a network might say of a number: nothing simple. */
    private static double says(double x, double level, double step) {
        return Math.sin(3 * x) + level * x - 2 * step;
    }

    private static Tensor says(Tensor x, Tensor level_BT, Tensor step_BT) {
        long[] perFrame = {level_BT.size(0), level_BT.size(1), 1, 1, 1};
        return x.mul(new Scalar(3.0))
                .sin()
                .add(level_BT.view(perFrame).mul(x))
                .sub(step_BT.view(perFrame).mul(new Scalar(2.0)));
    }

    /** A number that has been moved, with the estimate that moved it. */
    private record Moved(double x, double x0, double epsilon) {
        double velocity() {
            return epsilon - x0;
        }
    }

    /** Moves a number from one level to another as DDIM does: what is known of it is mixed anew. */
    private static Moved ddim(Diffusion diffusion, double x, double from, double to, double step) {
        double alpha = diffusion.schedule().alpha(from);
        double sigma = diffusion.schedule().sigma(from);
        double p = says(x, from, step);
        double x0 = switch (diffusion.prediction()) {
            case X0 -> p;
            case EPSILON -> (x - sigma * p) / alpha;
            case V -> (alpha * x - sigma * p) / (alpha * alpha + sigma * sigma);
            case VELOCITY -> (x - sigma * p) / (alpha + sigma);
        };
        double epsilon = (x - alpha * x0) / sigma;
        double moved =
                diffusion.schedule().alpha(to) * x0 + diffusion.schedule().sigma(to) * epsilon;
        return new Moved(moved, x0, epsilon);
    }

    private static double[] numbers(Tensor tensor) {
        return Tensors.doubles(tensor.contiguous());
    }

    @Test
    void oneUpdateByTheTargetLeadsWhereItsTwoHalvesLead() {
        Updates updates = new Updates(Levels.of(LEVELS), Levels.of(STEPS));
        for (NoiseSchedule schedule : SCHEDULES) {
            for (Prediction prediction : Prediction.values()) {
                if (prediction == Prediction.EPSILON && schedule.alpha(1) < 1e-3) {
                    continue; // refused by the configuration
                }
                Diffusion diffusion = new Diffusion(schedule, prediction, LossWeight.UNIFORM);
                Scopes.run(() -> {
                    Tensor x0 =
                            STREAMS.tensors("x0", 0, 0).normal(2, 4, 1, 1, 2).to(ScalarType.Double);
                    Tensor noise =
                            STREAMS.tensors("noise", 0, 0).normal(2, 4, 1, 1, 2).to(ScalarType.Double);
                    Tensor x = diffusion.at(updates.levels(), x0).noisy(x0, noise);
                    Estimate target = new Shortcut(diffusion, 16).target(x, x0, noise, updates, ShortcutTest::says);
                    double[] of = numbers(x);
                    double[] clean = numbers(target.x0());
                    double[] epsilon = numbers(target.epsilon());
                    for (int i = 0; i < of.length; i++) {
                        double from = LEVELS[i / 8][i / 2 % 4];
                        double step = STEPS[i / 8][i / 2 % 4];
                        if (step == 0) {
                            assertThat(clean[i]).isEqualTo(numbers(x0)[i]);
                            assertThat(epsilon[i]).isEqualTo(numbers(noise)[i]);
                            continue;
                        }
                        Moved half = ddim(diffusion, of[i], from, from - step / 2, step / 2);
                        Moved whole = ddim(diffusion, half.x, from - step / 2, from - step, step / 2);
                        double least = schedule.alpha(from) * clean[i] + schedule.sigma(from) * epsilon[i];
                        double there =
                                schedule.alpha(from - step) * clean[i] + schedule.sigma(from - step) * epsilon[i];
                        assertThat(least).as("%s, %s", schedule, prediction).isCloseTo(of[i], within(1e-9));
                        assertThat(there)
                                .as("%s, %s, from %s by %s", schedule, prediction, from, step)
                                .isCloseTo(whole.x, within(1e-9 * (1 + Math.abs(whole.x))));
                        if (schedule.equals(new FlowMatching(1))) {
                            assertThat(epsilon[i] - clean[i])
                                    .as("the mean velocity")
                                    .isCloseTo((half.velocity() + whole.velocity()) / 2, within(1e-9));
                        }
                    }
                });
            }
        }
    }

    /** Dreamer 4, equation 7: the velocity's error times (1 - tau)^2 is the error of the predicted frame. */
    @Test
    void theErrorOfAPredictedFrameIsThatOfItsVelocityTimesTheSquaredLevel() {
        Updates updates = new Updates(Levels.same(1, 0.75), Levels.same(1, 0.25));
        Diffusion diffusion = new Diffusion(new FlowMatching(1), Prediction.X0, LossWeight.UNIFORM);
        Scopes.run(() -> {
            Tensor x = torch.full(new long[] {1, 1, 1, 1, 1}, new Scalar(0.375)).to(ScalarType.Double);
            Estimate target = new Shortcut(diffusion, 16).target(x, x, x, updates, ShortcutTest::says);
            Moved half = ddim(diffusion, 0.375, 0.75, 0.625, 0.125);
            Moved whole = ddim(diffusion, half.x, 0.625, 0.5, 0.125);
            double wanted = (half.velocity() + whole.velocity()) / 2;
            double predicted = -0.25;
            double velocity = (0.375 - predicted) / 0.75;
            Tensor p = torch.full(new long[] {1, 1, 1, 1, 1}, new Scalar(predicted))
                    .to(ScalarType.Double);
            double error = diffusion
                    .error(p, target.x0(), target.epsilon(), diffusion.at(updates.levels(), x))
                    .item_double();
            assertThat(error).isCloseTo(Math.pow(0.75 * (velocity - wanted), 2), within(1e-12));
        });
    }

    /** Each length as often, each level that updates of it begin at as often, and all of them on their grid. */
    @Test
    void lengthsAndTheLevelsThatTheyBeginAtAreDrawnEvenly() {
        int clips = 4000;
        Shortcut shortcut = new Shortcut(DiffusionConfig.flow().diffusion(), 4);
        Levels drawn = new IndependentLevels(LevelsConfig.Distribution.UNIFORM, 0)
                .sample(clips, 3, STREAMS.tensors("levels", 0, 0));
        boolean[] taught = new boolean[clips];
        Arrays.fill(taught, true);
        Updates updates = Scopes.within(() -> shortcut.draw(
                drawn,
                taught,
                true,
                STREAMS.batch("updates", 0, IntStream.range(0, clips).toArray())));
        Map<String, Integer> counts = new TreeMap<>();
        for (int b = 0; b < clips; b++) {
            for (int t = 0; t < 3; t++) {
                double step = updates.steps().at(b, t);
                double level = updates.levels().at(b, t);
                if (step == 0) {
                    assertThat(level).isEqualTo(drawn.at(b, t));
                } else {
                    assertThat(level).isBetween(drawn.at(b, t), drawn.at(b, t) + step);
                }
                counts.merge(step == 0 ? "velocity" : step + " from " + level, 1, Integer::sum);
            }
        }
        assertThat(counts.keySet()).containsExactly("0.5 from 0.5", "0.5 from 1.0", "1.0 from 1.0", "velocity");
        assertThat(counts.get("velocity")).isCloseTo(4000, within(200));
        assertThat(counts.get("1.0 from 1.0")).isCloseTo(4000, within(200));
        assertThat(counts.get("0.5 from 0.5")).isCloseTo(2000, within(150));
        assertThat(updates.moving().length).isGreaterThan(clips * 9 / 10);
    }

    @Test
    void onlyTaughtClipsMoveAndCleanFramesStay() {
        Levels drawn = Levels.of(new double[][] {{0.3, 0, 0.9}, {0.3, 0, 0.9}});
        Shortcut shortcut = new Shortcut(DiffusionConfig.flow().diffusion(), 64);
        for (int step = 0; step < 50; step++) {
            int number = step;
            Updates updates = Scopes.within(() ->
                    shortcut.draw(drawn, new boolean[] {false, true}, true, STREAMS.batch("updates", number, 0, 1)));
            assertThat(updates.levels().ofClip(0)).containsExactly(0.3, 0, 0.9);
            assertThat(updates.steps().ofClip(0)).containsExactly(0, 0, 0);
            assertThat(updates.levels().at(1, 1)).isZero();
            assertThat(updates.steps().at(1, 1)).isZero();
            assertThat(updates.levels().countNoisy()).isEqualTo(4);
            assertThat(updates.moving()).doesNotContain(0);
        }
    }

    /** Levels that never fall over a clip still do not, for all of its frames have updates of one length. */
    @Test
    void levelsOfAClipThatAreTiedStayInOrder() {
        Levels drawn = Levels.of(new double[][] {{0.1, 0.2, 0.26, 0.8}});
        Shortcut shortcut = new Shortcut(DiffusionConfig.flow().diffusion(), 64);
        for (int step = 0; step < 50; step++) {
            int number = step;
            Updates updates = Scopes.within(
                    () -> shortcut.draw(drawn, new boolean[] {true}, false, STREAMS.batch("updates", number, 0)));
            assertThat(updates.levels().ofClip(0)).isSorted();
            assertThat(Arrays.stream(updates.steps().ofClip(0)).distinct().count())
                    .isEqualTo(1);
        }
    }

    @Test
    void weightsOfTheCleanFrameCountItsErrorWhateverIsPredicted() {
        Levels levels = Levels.same(1, 0, 0.25, 0.5, 1);
        Scopes.run(() -> {
            Tensor like = torch.ones(1).to(ScalarType.Double);
            NoiseSchedule flow = new FlowMatching(1);
            assertThat(weights(flow, Prediction.X0, LossWeight.X0, levels, like))
                    .containsExactly(0, 1, 1, 1);
            assertThat(weights(flow, Prediction.VELOCITY, LossWeight.X0, levels, like))
                    .containsExactly(0, 0.0625, 0.25, 1);
            assertThat(weights(flow, Prediction.X0, LossWeight.RAMP, levels, like))
                    .containsExactly(new double[] {0, 0.775, 0.55, 0.1}, within(1e-12));
            assertThat(weights(flow, Prediction.VELOCITY, LossWeight.RAMP, levels, like))
                    .containsExactly(new double[] {0, 0.0625 * 0.775, 0.25 * 0.55, 0.1}, within(1e-12));
        });
    }

    private static double[] weights(
            NoiseSchedule schedule, Prediction prediction, LossWeight weight, Levels levels, Tensor like) {
        Diffusion diffusion = new Diffusion(schedule, prediction, weight);
        return Tensors.doubles(diffusion.weights(diffusion.at(levels, like)));
    }
}
