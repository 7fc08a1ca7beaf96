// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** Tests which levels are drawn, and the target of consistency distillation against its formula, by hand. */
class ConsistencyTest {
    private static final RandomStreams STREAMS = new RandomStreams(3);
    private static final int GRID = 8;
    /** Levels of two clips of three frames, on the grid; two of them are the lowest. */
    private static final double[][] LEVELS = {{1, 0.125, 0.5}, {0.25, 0.875, 0.125}};

    /** What a teacher might say of a number: nothing simple. */
    private static double teacher(double x, double level) {
        return Math.sin(3 * x) + level * x;
    }

    /** What the average might say of it. */
    private static double average(double x, double level) {
        return Math.sin(2 * x + 1) - level;
    }

    private static Tensor perFrame(Tensor level_BT) {
        return level_BT.view(level_BT.size(0), level_BT.size(1), 1, 1, 1);
    }

    private static Tensor teacher(Tensor x, Tensor level_BT) {
        return x.mul(new Scalar(3.0)).sin().add(perFrame(level_BT).mul(x));
    }

    private static Tensor average(Tensor x, Tensor level_BT) {
        return x.mul(new Scalar(2.0)).add(new Scalar(1.0)).sin().sub(perFrame(level_BT));
    }

    private static double clean(Prediction prediction, double p, double x, double alpha, double sigma) {
        return switch (prediction) {
            case X0 -> p;
            case EPSILON -> (x - sigma * p) / alpha;
            case V -> (alpha * x - sigma * p) / (alpha * alpha + sigma * sigma);
            case VELOCITY -> (x - sigma * p) / (alpha + sigma);
        };
    }

    private static double[] numbers(Tensor tensor) {
        return Tensors.doubles(tensor.contiguous());
    }

    /** By hand, with flow matching and velocities: x' = x - (1 / N) v, and f(x', s') = x' - s' v'. */
    @Test
    void theTargetIsTheAveragesFrameOneTeachersStepLower() {
        Diffusion flow = new Diffusion(new FlowMatching(1), Prediction.VELOCITY, LossWeight.UNIFORM);
        Updates updates = new Updates(Levels.same(1, 0.5, 0.125), Levels.same(1, 0.125, 0.125));
        Scopes.run(() -> {
            Tensor x = Tensors.of(new double[] {0.7, -0.4}, 1, 2, 1, 1, 1);
            double[] target = numbers(
                    new Consistency(flow, GRID).target(x, updates, ConsistencyTest::teacher, ConsistencyTest::average));
            double moved = 0.7 - 0.125 * (Math.sin(2.1) + 0.5 * 0.7);
            double said = moved - 0.375 * (Math.sin(2 * moved + 1) - 0.375);
            assertThat(target[0]).isCloseTo(said, within(1e-12));
            double ended = -0.4 - 0.125 * (Math.sin(-1.2) + 0.125 * -0.4);
            assertThat(target[1]).as("the end of the path").isCloseTo(ended, within(1e-12));
        });
    }

    /** The same formula for every schedule and prediction, the boundary condition included, and no gradients. */
    @Test
    void everyScheduleAndPredictionHasTheSameTarget() {
        Updates updates = new Updates(Levels.of(LEVELS), Levels.same(2, 0.125, 0.125, 0.125));
        NoiseSchedule[] schedules = {
            new FlowMatching(3), VariancePreserving.cosine(), VariancePreserving.sqrtLinear(1e-4, 2e-2)
        };
        for (NoiseSchedule schedule : schedules) {
            for (Prediction prediction : Prediction.values()) {
                if (prediction == Prediction.EPSILON && schedule.alpha(1) < 1e-3) {
                    continue; // refused by the configuration
                }
                Diffusion diffusion = new Diffusion(schedule, prediction, LossWeight.RAMP);
                Consistency consistency = new Consistency(diffusion, GRID);
                Scopes.run(() -> {
                    Tensor x = STREAMS.tensors("x", 0, 0).normal(2, 3, 1, 1, 2).to(ScalarType.Double);
                    x.set_requires_grad(true);
                    Tensor target = consistency.target(x, updates, ConsistencyTest::teacher, ConsistencyTest::average);
                    assertThat(target.requires_grad()).isFalse();
                    Tensor p = x.detach().mul(new Scalar(0.5));
                    double[] errors =
                            numbers(consistency.error(p, x.detach(), target, diffusion.at(updates.levels(), x)));
                    double[] of = numbers(x.detach());
                    double[] got = numbers(target);
                    for (int frame = 0; frame < 6; frame++) {
                        double from = LEVELS[frame / 3][frame % 3];
                        double error = 0;
                        for (int i = 2 * frame; i < 2 * frame + 2; i++) {
                            double wanted = target(diffusion, of[i], from);
                            assertThat(got[i])
                                    .as("%s, %s, level %s", schedule, prediction, from)
                                    .isCloseTo(wanted, within(1e-9 * (1 + Math.abs(wanted))));
                            double said =
                                    clean(prediction, 0.5 * of[i], of[i], schedule.alpha(from), schedule.sigma(from));
                            error += (said - wanted) * (said - wanted) / 2;
                        }
                        assertThat(errors[frame]).isCloseTo(error, within(1e-9 * (1 + error)));
                    }
                });
            }
        }
    }

    private static double target(Diffusion diffusion, double x, double from) {
        double to = from - 1.0 / GRID;
        NoiseSchedule schedule = diffusion.schedule();
        double alpha = schedule.alpha(from);
        double sigma = schedule.sigma(from);
        double x0 = clean(diffusion.prediction(), teacher(x, from), x, alpha, sigma);
        double epsilon = (x - alpha * x0) / sigma;
        double moved = schedule.alpha(to) * x0 + schedule.sigma(to) * epsilon;
        return to == 0
                ? moved
                : clean(diffusion.prediction(), average(moved, to), moved, schedule.alpha(to), schedule.sigma(to));
    }

    @Test
    void levelsAreDrawnEvenlyFromTheGridForEachFrame() {
        Consistency consistency =
                new Consistency(new Diffusion(new FlowMatching(1), Prediction.VELOCITY, LossWeight.UNIFORM), 4);
        Scopes.run(() -> {
            int[] numbers = IntStream.range(0, 1_000).toArray();
            Updates drawn = consistency.draw(3, STREAMS.batch("levels", 0, numbers));
            Map<Double, Integer> counts = new TreeMap<>();
            int different = 0;
            for (int clip = 0; clip < 1_000; clip++) {
                double[] levels = drawn.levels().ofClip(clip);
                assertThat(drawn.steps().ofClip(clip)).containsOnly(0.25);
                different += levels[0] == levels[1] ? 0 : 1;
                for (double level : levels) {
                    counts.merge(level, 1, Integer::sum);
                }
            }
            assertThat(counts.keySet()).containsExactly(0.25, 0.5, 0.75, 1.0);
            assertThat(counts.values()).allMatch(count -> count > 650 && count < 850);
            assertThat(different).isBetween(650, 850);
            Updates one = consistency.draw(3, STREAMS.batch("levels", 0, new int[] {7}));
            assertThat(one.levels().ofClip(0))
                    .as("by its number alone")
                    .isEqualTo(drawn.levels().ofClip(7));
        });
    }
}
