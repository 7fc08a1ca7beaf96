// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import static io.lightcone.generation.Oracles.deviation;
import static io.lightcone.generation.Oracles.diffusion;
import static io.lightcone.generation.Oracles.generate;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.DiffusionConfig.Schedule;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.LossWeight;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.NoiseSchedule;
import io.lightcone.diffusion.Prediction;
import io.lightcone.diffusion.Solver;
import io.lightcone.diffusion.Stepper;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests every stepper with every plan against denoisers whose answer is known in closed form. */
class SteppersTest {
    private static final ContextConfig CLEAN = ContextConfig.of(0);
    /** Every solver that a configuration can name, and DDIM with some noise as well. */
    private static final List<Stepper> ALL = Stream.concat(
                    Arrays.stream(Solver.values()).map(solver -> solver.stepper(0)),
                    Stream.of(Solver.DDIM.stepper(0.5)))
            .toList();
    /** The solvers that take no fresh noise. */
    private static final List<Stepper> WITHOUT_NOISE = Arrays.stream(Solver.values())
            .filter(solver -> solver != Solver.DDPM && solver != Solver.CONSISTENCY)
            .map(solver -> solver.stepper(0))
            .toList();

    private static final NoiseSchedule FLOW = schedule(Schedule.FLOW, 1, false);
    private static final NoiseSchedule COSINE = schedule(Schedule.COSINE, 1, false);
    private static final Map<String, NoiseSchedule> SCHEDULES = Map.of(
            "flow", FLOW,
            "shifted flow", schedule(Schedule.FLOW, 3, false),
            "cosine", COSINE,
            "sigmoid", schedule(Schedule.SIGMOID, 1, false),
            "sqrt-linear", schedule(Schedule.SQRT_LINEAR, 1, false),
            "zero terminal", schedule(Schedule.LINEAR, 1, true));

    private static NoiseSchedule schedule(Schedule schedule, double shift, boolean zeroTerminalSnr) {
        return new DiffusionConfig(schedule, shift, 1e-4, 2e-2, zeroTerminalSnr, Prediction.X0, LossWeight.UNIFORM)
                .diffusion()
                .schedule();
    }

    /** A network that knows the frame leads every stepper to it, in every order, from every prediction. */
    @Test
    void everyStepperFindsTheFrameThatItsModelKnows() {
        SCHEDULES.forEach((name, schedule) -> {
            for (Prediction prediction : List.of(Prediction.X0, Prediction.V, Prediction.VELOCITY)) {
                Diffusion diffusion = diffusion(schedule, prediction);
                for (Stepper stepper : ALL) {
                    for (DenoisingPlan plan : plans(4)) {
                        List<float[]> frames = generate(
                                new WindowDenoiser(Oracles.constant(0.5, diffusion), 5),
                                diffusion,
                                stepper,
                                plan,
                                CLEAN,
                                1,
                                2);
                        assertThat(frames).hasSize(5);
                        for (float[] frame : frames) {
                            for (float value : frame) {
                                assertThat(value)
                                        .as(name + " " + prediction + " " + stepper + " " + plan)
                                        .isCloseTo(0.5f, Offset.offset(2e-4f));
                            }
                        }
                    }
                }
            }
        });
    }

    /**
     * On the way there, without fresh noise, every frame in work is on the line from its noise to the frame, however
     * far the plan is with it. (Where level 1 leaves some signal, the noise is what is left without it.)
     */
    @Test
    void everyStepperStaysOnTheLineToTheFrameThatItsModelKnows() {
        SCHEDULES.forEach((name, schedule) -> {
            Diffusion diffusion = diffusion(schedule, Prediction.V);
            ClipDenoiser oracle = Oracles.constant(0.5, diffusion);
            for (Stepper stepper : WITHOUT_NOISE) {
                for (DenoisingPlan plan : plans(4)) {
                    ClipDenoiser watched = (first, x, level, step) -> {
                        float[] seen = Tensors.floats(x);
                        float[] levels = Tensors.floats(level);
                        for (int t = 0; t < levels.length; t++) {
                            if (levels[t] > 0) {
                                float[] noise = noise(first + t);
                                for (int p = 0; p < 4; p++) {
                                    double epsilon = (noise[p] - schedule.alpha(1) * 0.5) / schedule.sigma(1);
                                    double expected =
                                            schedule.alpha(levels[t]) * 0.5 + schedule.sigma(levels[t]) * epsilon;
                                    assertThat((double) seen[4 * t + p])
                                            .as(name + " " + stepper + " " + plan + " level " + levels[t])
                                            .isCloseTo(expected, Offset.offset(1e-3));
                                }
                            }
                        }
                        return oracle.predict(first, x, level, step);
                    };
                    generate(new WindowDenoiser(watched, 5), diffusion, stepper, plan, CLEAN, 1, 2);
                }
            }
        });
    }

    private static float[] noise(int frame) {
        Noise noise = new Noise(new RandomStreams(1), List.of(0), new FrameShape(1, 2, 2), new Device("cpu"));
        float[][] values = new float[1][];
        Scopes.run(() -> values[0] = Tensors.floats(noise.draw("frame noise", frame)));
        return values[0];
    }

    private static List<DenoisingPlan> plans(int steps) {
        return List.of(
                DenoisingPlan.synchronous(5, 0, steps),
                DenoisingPlan.frameByFrame(5, 0, steps),
                DenoisingPlan.ad(5, 0, steps, 1),
                new DenoisingPlan(5, 0, steps, 2, 2));
    }

    /**
     * Gaussian pixels of deviation tau: the flow has the linear solution {@code x(s) = x(1) sqrt(alpha^2 tau^2 +
     * sigma^2)} (over its value at 1), so the deviation of what comes out, over tau, is each method's gain. Halving the
     * step divides the error by 2 in a method of first order and by 4 in one of second.
     */
    @Test
    void errorsFallAtEachMethodsOrder() {
        Diffusion flow = diffusion(FLOW, Prediction.VELOCITY);
        Diffusion cosine = diffusion(COSINE, Prediction.V);
        for (double tau : new double[] {0.5, 2}) {
            assertOrder(Solver.EULER.stepper(0), flow, tau, 1);
            assertOrder(Solver.DDIM.stepper(0), flow, tau, 1);
            assertOrder(Solver.DDIM.stepper(0), cosine, tau, 1);
            assertOrder(Solver.HEUN.stepper(0), flow, tau, 2);
            assertOrder(Solver.DPM_SOLVER.stepper(0), flow, tau, 2);
        }
    }

    private static void assertOrder(Stepper stepper, Diffusion diffusion, double tau, int order) {
        double coarse = Math.abs(gain(stepper, diffusion, tau, 48) - 1);
        double fine = Math.abs(gain(stepper, diffusion, tau, 192) - 1);
        double measured = Math.log(coarse / fine) / Math.log(4);
        assertThat(measured)
                .as(stepper + " " + diffusion.schedule() + " tau " + tau + ": " + coarse + ", " + fine)
                .isBetween(order - 0.35, order + 1.2);
    }

    /** Returns the deviation of the generated frames over that of the data, for the noise that they began as. */
    private static double gain(Stepper stepper, Diffusion diffusion, double tau, int steps) {
        CausalDenoiser denoiser = new WindowDenoiser(Oracles.gaussian(0, tau, diffusion), 1);
        DenoisingPlan plan = DenoisingPlan.frameByFrame(1, 0, steps);
        float[] frame =
                generate(denoiser, diffusion, stepper, plan, CLEAN, 1, 16).get(0);
        return deviation(frame) / (tau * deviation(noise()));
    }

    /**
     * Returns the noise that the first frame begins as: DDIM returns it where the network predicts that it is the
     * frame.
     */
    private static float[] noise() {
        return generate(
                        new WindowDenoiser((first, x, level, step) -> x, 1),
                        diffusion(FLOW, Prediction.X0),
                        Solver.DDIM.stepper(0),
                        DenoisingPlan.frameByFrame(1, 0, 1),
                        CLEAN,
                        1,
                        16)
                .get(0);
    }

    /** The listed gains at tau = 1: 0.878984 and 0.974616 for the flow in 10 and 50 Euler steps. */
    @Test
    void gainsOfEulerStepsAreTheKnownNumbers() {
        Diffusion flow = diffusion(FLOW, Prediction.VELOCITY);
        assertThat(gain(Solver.EULER.stepper(0), flow, 1, 10)).isCloseTo(0.878984, Offset.offset(2e-6));
        assertThat(gain(Solver.EULER.stepper(0), flow, 1, 50)).isCloseTo(0.974616, Offset.offset(2e-6));
    }

    /** Means come through exactly, and frames in work side by side do not disturb each other. */
    @Test
    void everyOrderGivesTheSameIndependentFrames() {
        Diffusion diffusion = diffusion(COSINE, Prediction.V);
        for (Stepper stepper : ALL) {
            List<float[]> reference = null;
            for (DenoisingPlan plan : plans(6)) {
                List<float[]> frames = generate(
                        new WindowDenoiser(Oracles.gaussian(0.3, 0.5, diffusion), 5),
                        diffusion,
                        stepper,
                        plan,
                        CLEAN,
                        1,
                        4);
                if (reference == null) {
                    reference = frames;
                }
                for (int f = 0; f < 5; f++) {
                    assertThat(frames.get(f))
                            .as(stepper + " " + plan)
                            .containsExactly(reference.get(f), Offset.offset(1e-5f));
                }
            }
        }
    }

    /**
     * {@code x(to) = alpha x0 + sqrt(sigma^2 - w^2) epsilon + w z} with {@code w = eta} times the posterior's
     * deviation, worked out for the flow from level 0.8 to 0.4: its variance is {@code 0.4^2 (0.8^2 - (0.2 / 0.6)^2
     * 0.4^2) / 0.8^2}.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 0.5, 1})
    void ddimTakesAsMuchFreshNoiseAsEtaSays(double eta) {
        double w = eta * Math.sqrt(0.16 * (0.64 - 0.16 / 9) / 0.64);
        double[] shares = {0.6, Math.sqrt(0.16 - w * w), w};
        Scopes.run(() -> {
            for (int part = 0; part < 3; part++) {
                Tensor[] parts = new Tensor[3];
                for (int i = 0; i < 3; i++) {
                    parts[i] = torch.ones(1, 1, 1, 2, 2).mul(new Scalar(i == part ? 1.0 : 0.0));
                }
                Tensor nothing = torch.zeros(1, 1, 1, 2, 2);
                Tensor updated = Solver.DDIM
                        .stepper(eta)
                        .step(new Stepper.Update(
                                FLOW,
                                new double[] {0.8},
                                new double[] {0.4},
                                nothing,
                                new Diffusion.Estimate(parts[0], parts[1]),
                                List.of(),
                                () -> parts[2]));
                float share = (float) shares[part];
                assertThat(Tensors.floats(updated))
                        .as("x0, epsilon, z: %d", part)
                        .containsExactly(new float[] {share, share, share, share}, Offset.offset(1e-6f));
            }
        });
    }

    /** {@code x(to) = alpha x0 + sigma z}, which draws no noise at the end. */
    @Test
    void consistencyMixesTheCleanFrameWithFreshNoise() {
        Scopes.run(() -> {
            Tensor x0 = torch.full(new long[] {1, 2, 1, 1, 1}, new Scalar(5.0));
            Diffusion.Estimate estimate = new Diffusion.Estimate(x0, x0.mul(new Scalar(Double.NaN)));
            Stepper stepper = Solver.CONSISTENCY.stepper(0);
            Tensor between = stepper.step(new Stepper.Update(
                    FLOW, new double[] {0.8, 0.4}, new double[] {0.4, 0}, x0, estimate, List.of(), () -> x0.mul(x0)));
            assertThat(Tensors.floats(between)).containsExactly(new float[] {13, 5}, Offset.offset(1e-5f));
            Tensor end = stepper.step(new Stepper.Update(
                    FLOW, new double[] {0.8, 0.4}, new double[] {0, 0}, x0, estimate, List.of(), () -> {
                        throw new AssertionError("no noise at the end");
                    }));
            assertThat(Tensors.floats(end)).containsExactly(5, 5);
        });
    }

    /**
     * A network that knows where each path of Gaussian pixels ends, {@code f(x, s) = x tau / sqrt(alpha^2 tau^2 +
     * sigma^2)}, keeps their deviation in any number of updates, even one.
     */
    @Test
    void consistencyKeepsTheDeviationInAnyNumberOfUpdates() {
        double tau = 0.3;
        for (NoiseSchedule schedule : List.of(FLOW, COSINE)) {
            Diffusion diffusion = diffusion(schedule, Prediction.X0);
            ClipDenoiser ends = (first, x, level, step) -> {
                Mixture at = diffusion.at(Levels.of(level), x);
                Tensor variance = at.alpha()
                        .square()
                        .mul(new Scalar(tau * tau))
                        .add(at.sigma().square());
                return x.mul(new Scalar(tau)).div(variance.sqrt());
            };
            for (int steps : new int[] {1, 2, 4}) {
                float[] frame = generate(
                                new WindowDenoiser(ends, 1),
                                diffusion,
                                Solver.CONSISTENCY.stepper(0),
                                DenoisingPlan.frameByFrame(1, 0, steps),
                                CLEAN,
                                1,
                                64)
                        .get(0);
                assertThat(deviation(frame)).as("%d updates", steps).isCloseTo(tau, Offset.offset(0.01));
            }
        }
    }

    @Test
    void ddpmIsDdimWithAllOfItsNoise() {
        Diffusion diffusion = diffusion(COSINE, Prediction.V);
        List<float[]> ddpm = of(Solver.DDPM.stepper(0), diffusion);
        List<float[]> ddim = of(Solver.DDIM.stepper(1), diffusion);
        for (int f = 0; f < 3; f++) {
            assertThat(ddpm.get(f)).containsExactly(ddim.get(f), Offset.offset(1e-5f));
        }
        assertThat(of(Solver.EULER.stepper(0), diffusion).get(2)[0])
                .as("Euler on rescaled frames is DDIM without noise")
                .isCloseTo(of(Solver.DDIM.stepper(0), diffusion).get(2)[0], Offset.offset(1e-5f));
    }

    private static List<float[]> of(Stepper stepper, Diffusion diffusion) {
        return generate(
                new WindowDenoiser(Oracles.gaussian(0.3, 0.5, diffusion), 5),
                diffusion,
                stepper,
                DenoisingPlan.ad(3, 0, 8, 3),
                CLEAN,
                1,
                4);
    }

    /** Ancestral sampling keeps the variance of the data. */
    @Test
    void ddpmReachesTheDataInManySteps() {
        Diffusion diffusion = diffusion(COSINE, Prediction.V);
        float[] frame = generate(
                        new WindowDenoiser(Oracles.gaussian(0, 0.5, diffusion), 1),
                        diffusion,
                        Solver.DDPM.stepper(0),
                        DenoisingPlan.frameByFrame(1, 0, 400),
                        CLEAN,
                        1,
                        64)
                .get(0);
        assertThat(deviation(frame)).isCloseTo(0.5, Offset.offset(0.02));
    }

    /**
     * A network that knows the joint distribution of a sequence generates it in any order: variances and covariances of
     * frames come out right, with frames in work at different levels.
     */
    @Test
    void aSequenceHasItsCovarianceInEveryOrder() {
        for (NoiseSchedule schedule : List.of(FLOW, COSINE)) {
            Diffusion diffusion = diffusion(schedule, Prediction.V);
            for (DenoisingPlan plan : plans(24)) {
                List<float[]> frames = generate(
                        new WindowDenoiser(Oracles.autoregressive(0.8, false, diffusion), 5),
                        diffusion,
                        Solver.HEUN.stepper(0),
                        plan,
                        CLEAN,
                        1,
                        64);
                for (int s = 0; s < 5; s++) {
                    for (int t = s; t < 5; t++) {
                        assertThat(product(frames.get(s), frames.get(t)))
                                .as("%s, frames %d and %d", plan, s, t)
                                .isCloseTo(Math.pow(0.8, t - s), Offset.offset(0.06)); // 4,096 pixels: 0.02 by chance
                    }
                }
            }
        }
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum / a.length;
    }

    /**
     * A sequence generated by a causal network keeps its variance over 1,000 frames, in every order that has no end.
     */
    @Test
    void anAutoregressiveSequenceKeepsItsVariance() {
        Diffusion diffusion = diffusion(FLOW, Prediction.VELOCITY);
        for (DenoisingPlan plan : List.of(
                DenoisingPlan.frameByFrame(1_000, 0, 12),
                DenoisingPlan.ad(1_000, 0, 12, 4),
                new DenoisingPlan(1_000, 0, 12, 12, 3))) {
            List<float[]> frames = generate(
                    new WindowDenoiser(Oracles.autoregressive(0.9, true, diffusion), 4),
                    diffusion,
                    Solver.HEUN.stepper(0),
                    plan,
                    CLEAN,
                    1,
                    16);
            assertThat(frames).hasSize(1_000);
            double early = spread(frames, 100);
            double late = spread(frames, 700);
            assertThat(late / early).as("%s: %s, then %s", plan, early, late).isBetween(0.9, 1.1);
            assertThat(late).as("%s", plan).isBetween(0.85, 1.15);
        }
    }

    /**
     * Every other stepper keeps the variance too, in a shorter run of more pixels, but for the one that takes another
     * network: where a path ends is not the mean of where it may.
     */
    @Test
    void everyStepperKeepsTheVarianceOfASequence() {
        Diffusion diffusion = diffusion(COSINE, Prediction.V);
        for (Stepper stepper : ALL) {
            if (stepper.equals(Solver.CONSISTENCY.stepper(0))) {
                continue;
            }
            List<float[]> frames = generate(
                    new WindowDenoiser(Oracles.autoregressive(0.8, true, diffusion), 3),
                    diffusion,
                    stepper,
                    DenoisingPlan.frameByFrame(40, 0, 24),
                    CLEAN,
                    1,
                    24);
            double early = 0;
            double late = 0;
            for (int f = 0; f < 15; f++) {
                early += product(frames.get(10 + f), frames.get(10 + f)) / 15;
                late += product(frames.get(25 + f), frames.get(25 + f)) / 15;
            }
            assertThat(late / early).as("%s", stepper).isBetween(0.8, 1.25);
            assertThat(late).as("%s: fresh noise takes more steps", stepper).isBetween(0.7, 1.15);
        }
    }

    private static double spread(List<float[]> frames, int from) {
        double sum = 0;
        for (int f = from; f < from + 300; f++) {
            for (float value : frames.get(f)) {
                sum += value * value;
            }
        }
        return Math.sqrt(sum / 300 / frames.get(0).length);
    }
}
