// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.diffusion.CorrectingStepper;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Diffusion;
import io.lightcone.diffusion.Diffusion.Estimate;
import io.lightcone.diffusion.DiffusionConfig;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Mixture;
import io.lightcone.diffusion.Solver;
import io.lightcone.diffusion.Stepper;
import io.lightcone.diffusion.Stepper.Before;
import io.lightcone.diffusion.Stepper.Update;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what a roll-out shows its network, what it returns, and what it frees. */
class RollOutTest {
    private static final Device CPU = new Device("cpu");
    private static final FrameShape SHAPE = new FrameShape(1, 2, 2);
    private static final ContextConfig CONTEXT = ContextConfig.of(0.1);
    private static final Diffusion FLOW = DiffusionConfig.flow().diffusion();

    private static List<float[]> run(
            ClipDenoiser denoiser, int window, DenoisingPlan plan, List<Integer> clips, @Nullable Tensor given) {
        return run(new WindowDenoiser(denoiser, window), CONTEXT, Solver.EULER.stepper(0), plan, clips, given);
    }

    private static List<float[]> run(
            CausalDenoiser denoiser,
            ContextConfig context,
            Stepper stepper,
            DenoisingPlan plan,
            List<Integer> clips,
            @Nullable Tensor given) {
        List<float[]> frames = new ArrayList<>();
        Noise noise = new Noise(new RandomStreams(1), clips, SHAPE, CPU);
        try (RollOut rollOut = new Sampler(FLOW, stepper, context, GuidanceConfig.none(), 1)
                .rollOut(plan, () -> denoiser, () -> denoiser, noise, given)) {
            while (rollOut.hasNext()) {
                Scopes.run(() -> frames.add(Tensors.floats(rollOut.next())));
            }
            assertThatThrownBy(rollOut::next).isInstanceOf(NoSuchElementException.class);
        }
        return frames;
    }

    /** Returns a network that records what it is shown and predicts nothing. */
    private static ClipDenoiser spy(List<String> calls) {
        return (first, x, level, step) -> {
            calls.add("from " + first + " at " + Arrays.toString(rounded(Tensors.floats(level.select(0, 0)))));
            return torch.zeros_like(x);
        };
    }

    private static float[] rounded(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.round(values[i] * 100) / 100f;
        }
        return values;
    }

    @Test
    void theModelSeesTheWindowAtTheRightLevels() {
        List<String> calls = new ArrayList<>();
        Scopes.run(
                () -> run(spy(calls), 3, DenoisingPlan.frameByFrame(5, 2, 2), List.of(0), torch.zeros(1, 2, 1, 2, 2)));
        assertThat(calls)
                .containsExactly(
                        "from 0 at [0.1, 0.1, 1.0]",
                        "from 0 at [0.1, 0.1, 0.5]",
                        "from 1 at [0.1, 0.1, 1.0]",
                        "from 1 at [0.1, 0.1, 0.5]",
                        "from 2 at [0.1, 0.1, 1.0]",
                        "from 2 at [0.1, 0.1, 0.5]");
    }

    /** Finished frames lie in the range; before that, noise may take a frame anywhere. */
    @Test
    void finishedFramesLieInTheRangeOfPixels() {
        for (double known : new double[] {3, -3}) {
            float end = (float) Math.signum(known);
            List<Float> shown = new ArrayList<>();
            float[] farthest = new float[1];
            ClipDenoiser oracle = Oracles.constant(known, FLOW);
            ClipDenoiser watched = (first, x, level, step) -> {
                float[] levels = Tensors.floats(level);
                for (int t = 0; t < levels.length; t++) {
                    for (float value : Tensors.floats(x.narrow(1, t, 1))) {
                        if (levels[t] == 0) {
                            shown.add(value);
                        } else {
                            farthest[0] = Math.max(farthest[0], value * end);
                        }
                    }
                }
                return oracle.predict(first, x, level, step);
            };
            List<float[]> frames = run(
                    new WindowDenoiser(watched, 3),
                    ContextConfig.of(0),
                    Solver.EULER.stepper(0),
                    DenoisingPlan.frameByFrame(3, 0, 4),
                    List.of(0),
                    null);
            assertThat(frames).hasSize(3).allSatisfy(frame -> assertThat(frame).containsOnly(end));
            assertThat(shown).as("to the network too").isNotEmpty().containsOnly(end);
            assertThat(farthest[0]).isGreaterThan(1.5f);
        }
    }

    @Test
    void framesInWorkMoveOnInStep() {
        List<String> calls = new ArrayList<>();
        run(spy(calls), 2, DenoisingPlan.ad(3, 0, 4, 2), List.of(0), null);
        assertThat(calls)
                .containsExactly(
                        "from 0 at [1.0]",
                        "from 0 at [0.75]",
                        "from 0 at [0.5, 1.0]",
                        "from 0 at [0.25, 0.75]",
                        "from 1 at [0.5, 1.0]",
                        "from 1 at [0.25, 0.75]",
                        "from 1 at [0.1, 0.5]",
                        "from 1 at [0.1, 0.25]");
    }

    @Test
    void aLastBlockThatIsNotFullIsGenerated() {
        List<String> calls = new ArrayList<>();
        List<float[]> frames = run(spy(calls), 3, new DenoisingPlan(3, 0, 1, 1, 2), List.of(0), null);
        assertThat(frames).hasSize(3);
        assertThat(calls).containsExactly("from 0 at [1.0, 1.0]", "from 0 at [0.1, 0.1, 1.0]");
    }

    @Test
    void heunCallsTheNetworkAgainAtTheUpdatedFrames() {
        List<String> calls = new ArrayList<>();
        run(
                new WindowDenoiser(spy(calls), 3),
                CONTEXT,
                Solver.HEUN.stepper(0),
                DenoisingPlan.ad(2, 0, 2, 1),
                List.of(0),
                null);
        assertThat(calls)
                .containsExactly(
                        "from 0 at [1.0]",
                        "from 0 at [0.5]",
                        "from 0 at [0.5, 1.0]",
                        "from 0 at [0.1, 0.5]",
                        "from 0 at [0.1, 0.5]");
    }

    @Test
    void finishedFramesAreShownAtTheirOwnLevels() {
        List<String> calls = new ArrayList<>();
        Scopes.run(() -> run(
                new WindowDenoiser(spy(calls), 4),
                new ContextConfig(0, 0.3, false),
                Solver.EULER.stepper(0),
                DenoisingPlan.frameByFrame(3, 1, 1),
                List.of(0),
                torch.ones(1, 1, 1, 2, 2)));
        assertThat(calls).containsExactly("from 0 at [0.0, 1.0]", "from 0 at [0.0, 0.3, 1.0]");
    }

    /** Returns a network that records how far it is told that updates go. */
    private static ClipDenoiser told(List<String> calls) {
        return (first, x, level, step) -> {
            calls.add(Arrays.toString(Tensors.floats(step.select(0, 0))));
            return torch.zeros_like(x);
        };
    }

    @Test
    void theModelIsToldHowFarTheUpdateOfEachFrameGoes() {
        List<String> calls = new ArrayList<>();
        Scopes.run(() -> run(
                new WindowDenoiser(told(calls), 4),
                CONTEXT,
                Solver.EULER.stepper(0),
                DenoisingPlan.ad(3, 1, 2, 1),
                List.of(0),
                torch.ones(1, 1, 1, 2, 2)));
        assertThat(calls).containsExactly("[0.0, 0.5]", "[0.0, 0.5, 0.5]", "[0.0, 0.0, 0.5]");
    }

    @Test
    void whatAStepIsCorrectedByIsTheVelocityOfNoUpdate() {
        List<String> calls = new ArrayList<>();
        Scopes.run(() -> run(
                new WindowDenoiser(told(calls), 4),
                CONTEXT,
                Solver.HEUN.stepper(0),
                DenoisingPlan.frameByFrame(1, 0, 2),
                List.of(0),
                null));
        assertThat(calls).containsExactly("[0.5]", "[0.0]", "[0.5]");
    }

    @Test
    void givenFramesAreScaledOrNoisyAndNotReturned() {
        for (boolean noisy : new boolean[] {false, true}) {
            List<float[]> seen = new ArrayList<>();
            ClipDenoiser spy = (first, x, level, step) -> {
                seen.add(Tensors.floats(x.select(1, 0)));
                return torch.zeros_like(x);
            };
            Scopes.run(() -> {
                Tensor given = torch.ones(1, 1, 1, 2, 2);
                List<float[]> frames = run(
                        new WindowDenoiser(spy, 4),
                        new ContextConfig(0.1, 0.1, noisy),
                        Solver.EULER.stepper(0),
                        DenoisingPlan.frameByFrame(3, 1, 1),
                        List.of(0),
                        given);
                assertThat(frames).hasSize(2);
                assertThat(given.min().item_double()).isEqualTo(1);
                assertThat(seen.get(1)).as("the same at every call").containsExactly(seen.get(0));
                if (noisy) {
                    assertThat(seen.get(0)).doesNotContain(0.9f);
                    assertThat(seen.get(0)[0]).isCloseTo(0.9f, Offset.offset(0.5f));
                } else {
                    assertThat(seen.get(0)).containsOnly(0.9f);
                }
            });
        }
    }

    @Test
    void aClipComesOutTheSameAloneAndAmongOthers() {
        ClipDenoiser halves = (first, x, level, step) -> x.mul(new Scalar(0.5));
        DenoisingPlan plan = DenoisingPlan.ad(3, 0, 3, 1);
        List<float[]> together = run(halves, 3, plan, List.of(4, 7), null);
        List<float[]> alone = run(halves, 3, plan, List.of(7), null);
        for (int f = 0; f < 3; f++) {
            assertThat(Arrays.copyOfRange(together.get(f), 4, 8)).containsExactly(alone.get(f), Offset.offset(1e-6f));
        }
    }

    /** With a gap of 0 it is the sampler of ordinary video diffusion, bit for bit, whatever the stepper. */
    @Test
    void aRollOutWithoutAGapIsTheSynchronousSampler() {
        List<Stepper> steppers = Arrays.stream(Solver.values())
                .filter(solver -> solver != Solver.DDPM && solver != Solver.CONSISTENCY) // which take fresh noise
                .map(solver -> solver.stepper(0))
                .filter(stepper -> !(stepper instanceof CorrectingStepper))
                .toList();
        assertThat(steppers).contains(Solver.EULER.stepper(0), Solver.DDIM.stepper(0), Solver.DPM_SOLVER.stepper(0));
        for (Stepper stepper : steppers) {
            List<float[]> frames = run(
                    new WindowDenoiser(RollOutTest::mixing, 4),
                    CONTEXT,
                    stepper,
                    DenoisingPlan.ad(4, 0, 5, 0),
                    List.of(0),
                    null);
            Scopes.run(() -> {
                Tensor video = synchronously(stepper, 4, 5);
                for (int f = 0; f < 4; f++) {
                    assertThat(frames.get(f)).as("%s", stepper).containsExactly(Tensors.floats(video.narrow(1, f, 1)));
                }
            });
        }
    }

    /** Returns a prediction in which every frame of a clip depends on all of them. */
    private static Tensor mixing(int first, Tensor x, Tensor level, Tensor step) {
        Tensor mean = x.mean(new long[] {1}, true, new ScalarTypeOptional());
        return x.mul(new Scalar(0.3)).add(mean.mul(new Scalar(0.1)));
    }

    /** Generates by ordinary video diffusion: all frames at one level, from noise to clean in equal steps. */
    private static Tensor synchronously(Stepper stepper, int frames, int steps) {
        Noise noise = new Noise(new RandomStreams(1), List.of(0), SHAPE, CPU);
        Tensor[] start = new Tensor[frames];
        Arrays.setAll(start, f -> noise.draw("frame noise", f));
        Tensor x = Tensors.cat(1, start);
        Deque<Before> before = new ArrayDeque<>();
        for (int i = 0; i < stepper.past(); i++) {
            before.add(new Before(torch.zeros_like(x), all(frames, Double.NaN)));
        }
        for (int k = 0; k < steps; k++) {
            double[] from = all(frames, (double) (steps - k) / steps);
            double[] to = all(frames, (double) (steps - k - 1) / steps);
            Mixture at = FLOW.at(noise.levels(from), x);
            Estimate estimate = FLOW.estimate(mixing(0, x, at.level_BT(), at.level_BT()), x, at);
            x = stepper.step(new Update(FLOW.schedule(), from, to, x, estimate, List.copyOf(before), () -> x0(frames)));
            before.addFirst(new Before(estimate.x0(), from));
            before.removeLast();
        }
        return torch.clamp(x, new ScalarOptional(new Scalar(-1.0)), new ScalarOptional(new Scalar(1.0)));
    }

    private static Tensor x0(int frames) {
        throw new AssertionError("none of these steppers draws noise, for any of the " + frames + " frames");
    }

    private static double[] all(int frames, double value) {
        double[] values = new double[frames];
        Arrays.fill(values, value);
        return values;
    }

    /**
     * A stepper that uses two past updates, of whose estimates it leaves one hundredth in the frame, and records their
     * levels.
     */
    private record LookingBack(List<String> seen) implements Stepper {
        @Override
        public int past() {
            return 2;
        }

        @Override
        public Tensor step(Update update) {
            Before last = update.before().get(0);
            Before secondLast = update.before().get(1);
            for (int t = 0; t < update.from().length; t++) {
                seen.add(update.from()[t] + " after " + last.level()[t] + " and "
                        + secondLast.level()[t]);
            }
            return update.estimate()
                    .x0()
                    .add(last.x0().mul(new Scalar(0.01)))
                    .add(secondLast.x0().mul(new Scalar(0.02)));
        }
    }

    /** Each frame has its own past updates, also several, and keeps them where a video is saved and restored. */
    @Test
    void aStepperGetsAsManyPastUpdatesAsItAsksFor() {
        List<String> seen = new ArrayList<>();
        DenoisingPlan plan = DenoisingPlan.ad(4, 0, 4, 2);
        Sampler sampler = new Sampler(FLOW, new LookingBack(seen), CONTEXT, GuidanceConfig.none(), 1);
        Supplier<CausalDenoiser> denoiser = () -> new WindowDenoiser(RollOutTest::mixing, 3);
        List<float[]> whole = new ArrayList<>();
        List<float[]> interrupted = new ArrayList<>();
        Scopes.run(() -> {
            try (RollOut rollOut = sampler.rollOut(plan, denoiser, denoiser, oneClip(), null)) {
                while (rollOut.hasNext()) {
                    whole.add(Tensors.floats(rollOut.next()));
                }
            }
            assertThat(seen.subList(0, 4))
                    .containsExactly(
                            "1.0 after NaN and NaN",
                            "0.75 after 1.0 and NaN",
                            "0.5 after 0.75 and 1.0",
                            "1.0 after NaN and NaN");
            Snapshot saved = Snapshot.empty();
            try (RollOut rollOut = sampler.rollOut(plan, denoiser, denoiser, oneClip(), null)) {
                interrupted.add(Tensors.floats(rollOut.next()));
                rollOut.save(saved);
                try (RollOut resumed = sampler.resume(plan, denoiser, denoiser, oneClip(), saved)) {
                    while (resumed.hasNext()) {
                        interrupted.add(Tensors.floats(resumed.next()));
                    }
                }
            }
        });
        assertThat(interrupted).hasSize(4);
        for (int f = 0; f < 4; f++) {
            assertThat(interrupted.get(f)).containsExactly(whole.get(f));
        }
    }

    /**
     * A frame that is shown in the middle is a given one, and what follows is what follows given frames, bit for bit;
     * frames in work begin anew.
     */
    @Test
    void aFrameThatIsShownIsAsAGivenOne() {
        for (DenoisingPlan plan : List.of(
                DenoisingPlan.frameByFrame(DenoisingPlan.ENDLESS, 1, 3),
                DenoisingPlan.ad(DenoisingPlan.ENDLESS, 1, 3, 1),
                DenoisingPlan.ad(DenoisingPlan.ENDLESS, 1, 4, 3))) {
            for (Solver solver : List.of(Solver.EULER, Solver.DDPM, Solver.DPM_SOLVER)) {
                Sampler sampler = new Sampler(FLOW, solver.stepper(0), CONTEXT, GuidanceConfig.none(), 1);
                Supplier<CausalDenoiser> denoiser = () -> new WindowDenoiser(RollOutTest::mixing, 5);
                Scopes.run(() -> {
                    List<Tensor> past = new ArrayList<>(List.of(torch.ones(1, 1, 1, 2, 2)));
                    try (RollOut rollOut = sampler.rollOut(plan, denoiser, denoiser, oneClip(), past.get(0))) {
                        past.add(rollOut.next());
                        past.add(rollOut.next());
                        past.add(torch.zeros(1, 1, 1, 2, 2));
                        rollOut.show(past.get(3));
                        assertThat(rollOut.handed()).isEqualTo(4);
                        try (RollOut given = sampler.rollOut(
                                plan.behind(4),
                                denoiser,
                                denoiser,
                                oneClip(),
                                Tensors.cat(1, past.toArray(Tensor[]::new)))) {
                            for (int f = 0; f < 4; f++) {
                                assertThat(Tensors.floats(rollOut.next()))
                                        .as("%s, %s, frame %d", plan, solver, f)
                                        .containsExactly(Tensors.floats(given.next()));
                            }
                        }
                    }
                });
            }
        }
    }

    @Test
    void aFrameThatIsShownIsAtTheLevelOfGivenFrames() {
        List<String> calls = new ArrayList<>();
        Sampler sampler = new Sampler(
                FLOW, Solver.EULER.stepper(0), new ContextConfig(0.1, 0.3, false), GuidanceConfig.none(), 1);
        Supplier<CausalDenoiser> denoiser = () -> new WindowDenoiser(spy(calls), 4);
        Scopes.run(() -> {
            Tensor frame = torch.ones(1, 1, 1, 2, 2);
            try (RollOut rollOut = sampler.rollOut(
                    DenoisingPlan.frameByFrame(DenoisingPlan.ENDLESS, 1, 1), denoiser, denoiser, oneClip(), frame)) {
                rollOut.next();
                rollOut.show(frame);
                rollOut.next();
            }
        });
        assertThat(calls).containsExactly("from 0 at [0.1, 1.0]", "from 0 at [0.1, 0.3, 0.1, 1.0]");
    }

    @Test
    void otherStepsBeginWithTheNextFrame() {
        List<String> calls = new ArrayList<>();
        Sampler sampler = new Sampler(FLOW, Solver.EULER.stepper(0), CONTEXT, GuidanceConfig.none(), 1);
        Supplier<CausalDenoiser> denoiser = () -> new WindowDenoiser(spy(calls), 2);
        Scopes.run(() -> {
            Snapshot saved = Snapshot.empty();
            DenoisingPlan plan = DenoisingPlan.frameByFrame(DenoisingPlan.ENDLESS, 0, 1);
            try (RollOut rollOut = sampler.rollOut(plan, denoiser, denoiser, oneClip(), null)) {
                rollOut.next();
                rollOut.setSteps(4);
                assertThat(rollOut.steps()).isEqualTo(4);
                rollOut.save(saved);
                try (RollOut resumed = sampler.resume(plan, denoiser, denoiser, oneClip(), saved)) {
                    resumed.next();
                    assertThat(resumed.steps()).isEqualTo(4);
                }
            }
        });
        assertThat(calls)
                .containsExactly(
                        "from 0 at [1.0]",
                        "from 0 at [0.1, 1.0]",
                        "from 0 at [0.1, 0.75]",
                        "from 0 at [0.1, 0.5]",
                        "from 0 at [0.1, 0.25]");
    }

    @Test
    void aRollOutThatCannotBeInterruptedRefuses() {
        Sampler sampler = new Sampler(FLOW, Solver.EULER.stepper(0), CONTEXT, GuidanceConfig.none(), 1);
        Supplier<CausalDenoiser> denoiser = () -> new WindowDenoiser(RollOutTest::mixing, 4);
        Scopes.run(() -> {
            Tensor frame = torch.ones(1, 1, 1, 2, 2);
            try (RollOut finite =
                            sampler.rollOut(DenoisingPlan.frameByFrame(3, 0, 1), denoiser, denoiser, oneClip(), null);
                    RollOut blocks = sampler.rollOut(
                            new DenoisingPlan(DenoisingPlan.ENDLESS, 0, 2, 2, 2), denoiser, denoiser, oneClip(), null);
                    RollOut staggered = sampler.rollOut(
                            DenoisingPlan.ad(DenoisingPlan.ENDLESS, 0, 2, 1), denoiser, denoiser, oneClip(), null)) {
                assertThatThrownBy(() -> finite.show(frame)).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> finite.setSteps(2)).isInstanceOf(IllegalStateException.class);
                blocks.next();
                assertThatThrownBy(() -> blocks.show(frame))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the model has seen 1 frames that come first");
                blocks.next();
                blocks.show(frame);
                assertThatThrownBy(() -> staggered.setSteps(4)).isInstanceOf(IllegalArgumentException.class);
            }
        });
    }

    /** A video of one frame is an image, and every gap generates it as image diffusion does, bit for bit. */
    @Test
    void oneFrameIsAnImage() {
        Scopes.run(() -> {
            float[] image = Tensors.floats(synchronously(Solver.EULER.stepper(0), 1, 5));
            for (int gap = 0; gap <= 5; gap++) {
                assertThat(run(RollOutTest::mixing, 1, DenoisingPlan.ad(1, 0, 5, gap), List.of(0), null)
                                .get(0))
                        .containsExactly(image);
            }
        });
    }

    @Test
    void moreFramesInWorkThanTheModelSeesAreRefused() {
        assertThatThrownBy(() -> DenoisingPlan.ad(9, 0, 10, 2).requireFits(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the plan has 5 frames in work at once, but the model sees 3, so frames would stay"
                        + " unfinished; choose a gap between 4 and 10");
    }

    @Test
    void guidanceIsLinearInItsWeightAndLeavesOneAlone() {
        float none = guided(GuidanceConfig.none());
        assertThat(none).as("the given frame at the context level").isCloseTo(0.9f * 0.4f, Offset.offset(1e-6f));
        float masked = guided(new GuidanceConfig(0, 1, 1));
        float twice = guided(new GuidanceConfig(2, 1, 1));
        assertThat(masked).as("noise alone").isCloseTo(historyNoise(), Offset.offset(1e-6f));
        assertThat(twice - none).isCloseTo(none - masked, Offset.offset(1e-5f));
        float fractional = guided(new GuidanceConfig(3, 0.5, 1));
        float half = 0.5f * 0.4f + 0.5f * historyNoise();
        assertThat(fractional).isCloseTo(none + 2 * (half - historyNoise()), Offset.offset(1e-5f));
        float classes = guided(new GuidanceConfig(1, 1, 3));
        assertThat(classes - none).as("2 (full - without class)").isCloseTo(2 * -0.2f, Offset.offset(1e-5f));
    }

    private static Noise oneClip() {
        return new Noise(new RandomStreams(1), List.of(0), SHAPE, CPU);
    }

    private static Mixture noiseAlone() {
        return FLOW.at(Levels.same(1, 1), torch.ones(1));
    }

    /** Returns the first pixel of the noise that masks frame 0. */
    private static float historyNoise() {
        float[] value = new float[1];
        Scopes.run(() -> value[0] = Tensors.floats(oneClip().draw("history noise", 0))[0]);
        return value[0];
    }

    /**
     * Returns the first pixel of the guided prediction of a frame behind a given one of 0.4, by a network that repeats
     * the given one.
     */
    private static float guided(GuidanceConfig guidance) {
        ClipDenoiser full = (first, x, level, step) -> x.narrow(1, 0, 1).expand_as(x);
        ClipDenoiser classless = (first, x, level, step) ->
                x.narrow(1, 0, 1).add(new Scalar(0.2)).expand_as(x);
        float[] value = new float[1];
        Scopes.run(() -> {
            Context context = Context.of(CONTEXT, FLOW.schedule(), oneClip());
            try (GuidedModel model = new GuidedModel(
                    guidance, () -> new WindowDenoiser(full, 3), () -> new WindowDenoiser(classless, 3), context)) {
                model.remember(0, torch.full(new long[] {1, 1, 1, 2, 2}, new Scalar(0.4)), true);
                value[0] = Tensors.floats(model.predict(1, oneClip().draw("x", 0), noiseAlone(), new double[1]))[0];
            }
        });
        return value[0];
    }

    /** Each part of guidance is shown a finished frame at its own level, whatever the context. */
    @Test
    void guidanceShowsMaskedFramesAtItsOwnLevel() {
        for (boolean noisy : new boolean[] {false, true}) {
            List<String> shown = new ArrayList<>();
            Scopes.run(() -> {
                Context context = Context.of(new ContextConfig(0.2, 0.2, noisy), FLOW.schedule(), oneClip());
                Tensor x0 = torch.full(new long[] {1, 1, 1, 2, 2}, new Scalar(0.4));
                ClipDenoiser spy = (first, x, level, step) -> {
                    float seen = Tensors.floats(x)[0];
                    float level0 = Tensors.floats(level)[0];
                    float expected = level0 == 0.2f && !noisy
                            ? 0.8f * 0.4f
                            : (1 - level0) * 0.4f + level0 * (level0 == 0.2f ? contextNoise() : historyNoise());
                    assertThat(seen).as("at %s", level0).isCloseTo(expected, Offset.offset(1e-6f));
                    shown.add("" + level0);
                    return torch.zeros_like(x);
                };
                try (GuidedModel model = new GuidedModel(
                        new GuidanceConfig(2, 0.1, 1),
                        () -> new WindowDenoiser(spy, 3),
                        () -> new WindowDenoiser(spy, 3),
                        context)) {
                    model.remember(0, x0, true);
                    model.predict(1, oneClip().draw("x", 0), noiseAlone(), new double[1]);
                }
            });
            assertThat(shown).containsExactly("0.2", "0.1", "1.0");
        }
    }

    private static float contextNoise() {
        float[] value = new float[1];
        Scopes.run(() -> value[0] = Tensors.floats(oneClip().draw("context noise", 0))[0]);
        return value[0];
    }

    @Test
    void missingGivenFramesAreRefused() {
        Sampler sampler = new Sampler(FLOW, Solver.EULER.stepper(0), CONTEXT, GuidanceConfig.none(), 1);
        DenoisingPlan plan = DenoisingPlan.frameByFrame(3, 1, 1);
        assertThatThrownBy(() -> sampler.rollOut(
                        plan,
                        () -> new WindowDenoiser((f, x, l, step) -> x, 3),
                        () -> new WindowDenoiser((f, x, l, step) -> x, 3),
                        oneClip(),
                        null))
                .hasMessage("the plan has 1 given frames, but there are 0");
    }

    /** A denoiser that fails in its third call and must free what it remembers. */
    private static final class Failing implements CausalDenoiser {
        private final WindowDenoiser inner = new WindowDenoiser((first, x, level, step) -> x, 3);
        private final boolean whenRemembering;
        private int calls;
        private boolean closed;

        Failing(boolean whenRemembering) {
            this.whenRemembering = whenRemembering;
        }

        @Override
        public Tensor predict(int first, Tensor x, Tensor level, Tensor step) {
            fail(!whenRemembering);
            return inner.predict(first, x, level, step);
        }

        @Override
        public void remember(int first, Tensor x, Tensor level) {
            inner.remember(first, x, level);
            fail(whenRemembering);
        }

        @Override
        public void save(Snapshot to) {
            inner.save(to);
        }

        @Override
        public void load(Snapshot from) {
            inner.load(from);
        }

        private void fail(boolean now) {
            if (now && ++calls == 3) {
                throw new IllegalStateException("out of memory");
            }
        }

        @Override
        public void close() {
            closed = true;
            inner.close();
        }
    }

    @Test
    void aFailureEndsTheRollOutAndLeavesNothingBehind() {
        for (boolean whenRemembering : new boolean[] {false, true}) {
            Failing failing = new Failing(whenRemembering);
            long left = NativeObjects.leftBy(() -> {
                try (RollOut rollOut = new Sampler(FLOW, Solver.EULER.stepper(0), CONTEXT, GuidanceConfig.none(), 1)
                        .rollOut(DenoisingPlan.frameByFrame(9, 0, 1), () -> failing, () -> failing, oneClip(), null)) {
                    Scopes.run(rollOut::next);
                    Scopes.run(rollOut::next);
                    assertThatThrownBy(() -> Scopes.run(rollOut::next)).hasMessage("out of memory");
                    assertThatThrownBy(() -> Scopes.run(rollOut::next)).hasMessageContaining("cannot continue");
                }
            });
            assertThat(failing.closed).isTrue();
            assertThat(left).isZero();
        }
    }

    /** Where given frames cannot be remembered, the denoiser is closed all the same. */
    @Test
    void aDenoiserThatFailsAtTheStartIsClosed() {
        Failing failing = new Failing(true);
        Scopes.run(() -> assertThatThrownBy(
                        () -> new Sampler(FLOW, Solver.EULER.stepper(0), CONTEXT, GuidanceConfig.none(), 1)
                                .rollOut(
                                        DenoisingPlan.frameByFrame(5, 4, 1),
                                        () -> failing,
                                        () -> failing,
                                        oneClip(),
                                        torch.zeros(1, 4, 1, 2, 2)))
                .hasMessage("out of memory"));
        assertThat(failing.closed).isTrue();
    }

    /**
     * A frame that is not finite is refused, whatever clipping would turn it into. Earlier frames have been returned.
     */
    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aFrameThatIsNotFiniteIsRefused(double value) {
        ClipDenoiser denoiser = (first, x, level, step) -> {
            Tensor said = torch.zeros_like(x);
            return first + x.size(1) > 2 ? said.fill_(new Scalar(value)) : said;
        };
        try (RollOut rollOut = new Sampler(FLOW, Solver.EULER.stepper(0), CONTEXT, GuidanceConfig.none(), 1)
                .rollOut(
                        DenoisingPlan.frameByFrame(5, 0, 2),
                        () -> new WindowDenoiser(denoiser, 3),
                        () -> new WindowDenoiser(denoiser, 3),
                        oneClip(),
                        null)) {
            Scopes.run(rollOut::next);
            Scopes.run(rollOut::next);
            assertThatThrownBy(() -> Scopes.run(rollOut::next))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("frame 2 (from 0) is not made of finite numbers");
            assertThat(rollOut.handed()).isEqualTo(2);
            assertThat(rollOut.isWhole()).isFalse();
        }
    }

    @Test
    void memoryOfARollOutDoesNotGrowWithItsLength() {
        Noise noise = new Noise(new RandomStreams(1), List.of(0), SHAPE, CPU);
        CausalDenoiser denoiser = new WindowDenoiser((first, x, level, step) -> x.mul(new Scalar(0.5)), 3);
        DenoisingPlan plan = DenoisingPlan.ad(DenoisingPlan.ENDLESS, 0, 4, 2);
        try (RollOut rollOut = new Sampler(FLOW, Solver.HEUN.stepper(0), CONTEXT, GuidanceConfig.none(), 1)
                .rollOut(plan, () -> denoiser, () -> denoiser, noise, null)) {
            assertThat(NativeObjects.leftBy(50, 150, () -> Scopes.run(rollOut::next)))
                    .isZero();
            assertThat(rollOut.hasNext()).isTrue();
        }
    }

    @Test
    void aRollOutWithGuidanceAndNoisyContextFreesEverything() {
        Supplier<CausalDenoiser> denoiser =
                () -> new WindowDenoiser((first, x, level, step) -> x.mul(new Scalar(0.5)), 3);
        Sampler sampler = new Sampler(
                FLOW, Solver.HEUN.stepper(0), new ContextConfig(0, 0.2, true), new GuidanceConfig(2, 0.5, 3), 1);
        long left = NativeObjects.leftBy(() -> Scopes.run(() -> {
            Tensor given = torch.zeros(1, 2, 1, 2, 2);
            try (RollOut rollOut =
                    sampler.rollOut(DenoisingPlan.ad(8, 2, 4, 2), denoiser, denoiser, oneClip(), given)) {
                while (rollOut.hasNext()) {
                    Scopes.run(rollOut::next);
                }
            }
        }));
        assertThat(left).isZero();
    }
}
