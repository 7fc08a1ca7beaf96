// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.diffusion.Solver;
import io.lightcone.generation.CausalDenoiser;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.generation.Sampler;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.generation.WindowDenoiser;
import io.lightcone.model.Conditions;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.VideoModel;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.Parameters;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Distance;
import io.lightcone.testing.NativeObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a model of random weights, none of them zero, generates the same with a frame cache and without. */
class TrainedModelTest {
    private static final Device CPU = new Device("cpu");
    private static final RunConfig CONFIG = TestRuns.small(1, 16);
    private static final int FRAMES = 6;

    private static final Subject PLAIN = Subject.of(CONFIG);
    private static final Subject SEPARABLE = Subject.of(TestRuns.separable(1));

    private static final Trainer trainer = PLAIN.trainer;

    /** A model of random weights, and the configuration it is of. */
    private record Subject(Trainer trainer, RunConfig config) {
        static Subject of(RunConfig config) {
            Trainer trainer = Trainer.fresh(config, CPU);
            Scopes.runWithoutGrad(() -> {
                var random = new RandomStreams(5).tensors("weights", 0, 0);
                trainer.average()
                        .parameters()
                        .tensors()
                        .forEach((name, tensor) ->
                                tensor.add_(random.normal(tensor.shape()).mul(new org.bytedeco.pytorch.Scalar(0.05))));
            });
            return new Subject(trainer, config);
        }

        RunModel model(String... settings) {
            RunConfig set = ConfigReader.read(RunConfig.class, config, null, List.of(settings));
            return new RunModel(set, trainer.average(), trainer.codec(), CPU, 10);
        }
    }

    @AfterAll
    static void close() {
        PLAIN.trainer.close();
        SEPARABLE.trainer.close();
    }

    private static List<float[]> generate(String order, int prefix, String... settings) {
        return generate(PLAIN, order, prefix, settings);
    }

    private static List<float[]> generate(Subject subject, String order, int prefix, String... settings) {
        List<String> all = new ArrayList<>(List.of("sampling.steps=4", "sampling.order=" + order));
        all.addAll(List.of(settings));
        RunModel model = subject.model(all.toArray(String[]::new));
        RunConfig config = model.config();
        Noise noise = new Noise(new RandomStreams(2), List.of(0, 1), new FrameShape(1, 16, 16), CPU);
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> {
            Tensor given = prefix == 0
                    ? null
                    : new RandomStreams(3).tensors("given", 0, 0).normal(2, prefix, 1, 16, 16);
            try (RollOut rollOut = model.rollOut(config.sampling().plan(FRAMES, prefix), noise, given)) {
                while (rollOut.hasNext()) {
                    Scopes.run(() -> frames.add(Tensors.floats(rollOut.next())));
                }
            }
        });
        assertThat(frames).hasSize(FRAMES - prefix);
        return frames;
    }

    private static void assertCacheChangesNothing(String order, int prefix, String... settings) {
        assertCacheChangesNothing(PLAIN, order, prefix, settings);
    }

    private static void assertCacheChangesNothing(Subject subject, String order, int prefix, String... settings) {
        List<String> without = new ArrayList<>(List.of(settings));
        without.add("sampling.cache=false");
        List<float[]> cached = generate(subject, order, prefix, settings);
        List<float[]> computed = generate(subject, order, prefix, without.toArray(String[]::new));
        for (int f = 0; f < cached.size(); f++) {
            assertThat(cached.get(f))
                    .as("%s from %d %s, frame %d", order, prefix, without, f)
                    .containsExactly(computed.get(f), Offset.offset(2e-5f));
        }
    }

    @Test
    void aFrameCacheChangesNothingInAnyOrder() {
        for (int prefix : new int[] {0, 2}) {
            assertCacheChangesNothing("frame_by_frame", prefix);
            assertCacheChangesNothing("synchronous", prefix);
            assertCacheChangesNothing("ad", prefix, "sampling.gap=1");
            assertCacheChangesNothing("ad", prefix, "sampling.gap=3");
            assertCacheChangesNothing("ad", prefix, "sampling.gap=2", "sampling.block=2");
        }
    }

    @Test
    void aFrameCacheChangesNothingWithAnySolver() {
        for (Solver solver : Solver.values()) {
            String eta = "sampling.eta=" + (solver == Solver.DDIM ? 0.5 : 0);
            assertCacheChangesNothing("ad", 1, "sampling.gap=2", "sampling.solver=" + solver, eta);
        }
    }

    @Test
    void aFrameCacheChangesNothingWithNoisyContextAndGuidance() {
        assertCacheChangesNothing(
                "ad", 2, "sampling.gap=2", "sampling.context.noise=true", "sampling.guidance.history=1.5");
        assertCacheChangesNothing(
                "frame_by_frame", 1, "sampling.guidance.history=2", "sampling.guidance.historyLevel=0.4");
    }

    @Test
    void aFrameCacheChangesNothingWithAnEncoder() {
        for (int prefix : new int[] {0, 1, 2}) {
            assertCacheChangesNothing(SEPARABLE, "frame_by_frame", prefix);
            assertCacheChangesNothing(SEPARABLE, "frame_by_frame", prefix, "sampling.context.noise=true");
        }
        assertCacheChangesNothing(SEPARABLE, "frame_by_frame", 2, "sampling.guidance.history=1.5");
        assertCacheChangesNothing(
                SEPARABLE, "frame_by_frame", 2, "sampling.guidance.history=1.5", "sampling.guidance.historyLevel=0.25");
    }

    /** Beyond that memory the encoder's layers see farther through the cache than a window does. */
    @Test
    void aFrameCacheChangesNothingWithinALittleMemory() {
        assertThatThrownBy(() -> generate(SEPARABLE, "frame_by_frame", 0, "sampling.memory.window=1"))
                .hasMessageContaining("must be at least 2 for it to see any other, not 1");
        List<float[]> cached = generate(SEPARABLE, "frame_by_frame", 0, "sampling.memory.window=2");
        List<float[]> computed =
                generate(SEPARABLE, "frame_by_frame", 0, "sampling.memory.window=2", "sampling.cache=false");
        for (int f = 0; f < 2; f++) {
            assertThat(cached.get(f)).containsExactly(computed.get(f), Offset.offset(2e-5f));
        }
    }

    /**
     * Far beyond what the model sees at once, a frame cache still gives what the model would predict for the whole
     * video, if in it each branch looked back as far as the cache does.
     */
    @Test
    void aLongVideoIsThatOfTheWholeVideoModelWithTheSameView() {
        int window = CONFIG.training().frames();
        int frames = 3 * window;
        DenoisingPlan plan = DenoisingPlan.ad(frames, 1, 4, 2);
        Noise noise = new Noise(new RandomStreams(2), List.of(0), new FrameShape(1, 16, 16), CPU);
        ModelConfig limited = CONFIG.model()
                .with(CONFIG.model().branches().stream()
                        .map(branch -> branch.within(new ContextWindow(window, 0)))
                        .toList());
        SamplingConfig sampling = CONFIG.sampling();
        Sampler sampler = new Sampler(
                CONFIG.diffusion().diffusion(), sampling.stepper(), sampling.context(), sampling.guidance(), 1);
        Scopes.run(() -> {
            Tensor given = new RandomStreams(3).tensors("given", 0, 0).normal(1, 1, 1, 16, 16);
            Parameters weights =
                    Parameters.loaded(trainer.average().parameters().tensors(), CPU);
            VideoModel whole = VideoModel.of(limited, weights, trainer.average().compute());
            Supplier<CausalDenoiser> unlimited =
                    () -> new WindowDenoiser((first, x, level, step) -> whole.predict(x, level), frames);
            RunModel model = new RunModel(CONFIG, trainer.average(), trainer.codec(), CPU, 10);
            try (RollOut cached = model.rollOut(plan, noise, given);
                    RollOut computed = sampler.rollOut(plan, unlimited, unlimited, noise, given)) {
                while (cached.hasNext()) {
                    Scopes.run(() -> assertThat(Tensors.floats(cached.next()))
                            .containsExactly(Tensors.floats(computed.next()), Offset.offset(2e-5f)));
                }
            }
            whole.close();
        });
    }

    @Test
    void aRollOutFreesWhatItRemembers() {
        assertThat(NativeObjects.leftBy(1, 3, () -> generate("ad", 2, "sampling.gap=2", "sampling.guidance.history=2")))
                .isZero();
    }

    /**
     * Asserts that a roll-out saved after every number of frames and resumed by another one gives the same frames, bit
     * for bit.
     */
    private static void assertSavedChangesNothing(Trainer of, RunConfig base, String... settings) {
        RunConfig config = ConfigReader.read(RunConfig.class, base, null, List.of(settings));
        RunModel model = new RunModel(config, of.average(), of.codec(), CPU, 10);
        Noise noise = new Noise(new RandomStreams(2), List.of(0, 1), new FrameShape(1, 16, 16), CPU);
        int prefix = 2;
        int frames = 9;
        DenoisingPlan plan = config.sampling().plan(DenoisingPlan.ENDLESS, prefix);
        Scopes.run(() -> {
            Tensor given = new RandomStreams(3).tensors("given", 0, 0).normal(2, prefix, 1, 16, 16);
            List<float[]> whole = new ArrayList<>();
            List<Snapshot> saved = new ArrayList<>();
            try (RollOut rollOut = model.rollOut(plan, noise, given)) {
                for (int f = 0; f < frames; f++) {
                    saved.add(copy(rollOut));
                    whole.add(Tensors.floats(rollOut.next()));
                }
            }
            for (int from = 0; from < frames; from++) {
                try (RollOut rollOut = model.resume(plan, noise, Conditions.NONE::frames, saved.get(from))) {
                    for (int f = from; f < Math.min(frames, from + 3); f++) {
                        assertThat(Tensors.floats(rollOut.next()))
                                .as("%s, saved before frame %d, frame %d", List.of(settings), from, f)
                                .isEqualTo(whole.get(f));
                    }
                }
            }
        });
    }

    private static Snapshot copy(RollOut rollOut) {
        Snapshot shared = Snapshot.empty();
        rollOut.save(shared);
        Snapshot copy = Snapshot.empty();
        shared.tensors().forEach((name, tensor) -> copy.put(name, tensor.clone()));
        return copy;
    }

    @Test
    void aSavedRollOutResumesWhereItWasSaved() {
        String one = "sampling.order=frame_by_frame";
        String ad = "sampling.order=ad";
        assertSavedChangesNothing(trainer, CONFIG, one, "sampling.steps=3");
        assertSavedChangesNothing(trainer, CONFIG, one, "sampling.steps=2", "sampling.cache=false");
        assertSavedChangesNothing(trainer, CONFIG, one, "sampling.steps=3", "sampling.block=2");
        assertSavedChangesNothing(trainer, CONFIG, ad, "sampling.steps=4", "sampling.gap=1", "sampling.solver=ddpm");
        assertSavedChangesNothing(
                trainer, CONFIG, ad, "sampling.steps=4", "sampling.gap=2", "sampling.solver=dpm_solver");
        assertSavedChangesNothing(
                trainer, CONFIG, ad, "sampling.steps=4", "sampling.gap=1", "sampling.solver=consistency");
        assertSavedChangesNothing(trainer, CONFIG, one, "sampling.steps=2", "sampling.guidance.history=2");
        assertSavedChangesNothing(
                trainer, CONFIG, one, "sampling.steps=2", "sampling.memory.reanchor=3", "sampling.memory.sinks=1");
        assertSavedChangesNothing(
                trainer, CONFIG, one, "sampling.steps=2", "sampling.memory.reanchor=4", "sampling.cache=false");
    }

    @Test
    void aSavedRollOutWithAnEncoderResumesWhereItWasSaved() {
        Trainer separable = SEPARABLE.trainer;
        RunConfig config = SEPARABLE.config;
        assertSavedChangesNothing(separable, config, "sampling.steps=3");
        assertSavedChangesNothing(separable, config, "sampling.steps=3", "sampling.solver=consistency");
        assertSavedChangesNothing(separable, config, "sampling.steps=2", "sampling.memory.reanchor=3");
        assertSavedChangesNothing(separable, config, "sampling.steps=2", "sampling.cache=false");
        assertSavedChangesNothing(separable, config, "sampling.steps=2", "sampling.guidance.history=1.5");
    }

    /** Which frames a re-anchored model is shown is in ReanchoredDenoiserTest; that it is used, here. */
    @Test
    void reanchoringIsASetting() {
        List<float[]> plain = generate("frame_by_frame", 2);
        List<float[]> never = generate("frame_by_frame", 2, "sampling.memory.reanchor=1000");
        List<float[]> often = generate("frame_by_frame", 2, "sampling.memory.reanchor=3");
        for (int f = 0; f < plain.size(); f++) {
            assertThat(never.get(f)).containsExactly(plain.get(f), Offset.offset(2e-5f));
        }
        assertThat(often.get(0)).containsExactly(plain.get(0), Offset.offset(2e-5f));
        assertThat(Distance.between(often.get(2), plain.get(2)))
                .as("after 2 given frames and 1 more")
                .isGreaterThan(1e-3);
    }

    /**
     * However a video is generated, and also when it is saved on the way, the memory that a frame leaves occupied is
     * bounded.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sampling.cache=true",
                "sampling.memory.sinks=1",
                "sampling.memory.reanchor=5",
                "sampling.cache=false"
            })
    void aLongVideoTakesNoMoreAndMoreMemory(String setting) {
        for (Subject subject : List.of(PLAIN, SEPARABLE)) {
            RunModel model = subject.model("sampling.order=frame_by_frame", "sampling.steps=1", setting);
            Noise noise = new Noise(new RandomStreams(2), List.of(0), new FrameShape(1, 16, 16), CPU);
            DenoisingPlan plan = model.config().sampling().plan(DenoisingPlan.ENDLESS, 0);
            Scopes.run(() -> {
                RollOut[] rollOut = {model.rollOut(plan, noise, null)};
                long left = NativeObjects.leftBy(2, 2, () -> {
                    for (int f = 0; f < 30; f++) {
                        Scopes.run(() -> rollOut[0].next());
                    }
                    Scopes.run(() -> {
                        Snapshot saved = copy(rollOut[0]);
                        rollOut[0].close();
                        rollOut[0] = model.resume(plan, noise, Conditions.NONE::frames, saved);
                    });
                });
                assertThat(left)
                        .as("%s, %s", subject.config.model().separable(), setting)
                        .isZero();
                rollOut[0].close();
            });
        }
    }

    @Test
    void ordersOfDenoisingGiveDifferentFrames() {
        assertThat(Distance.between(
                        generate("ad", 0, "sampling.gap=1").get(3),
                        generate("frame_by_frame", 0).get(3)))
                .isGreaterThan(1e-3);
    }

    @Test
    void framesThatWouldStayUnfinishedAreRefused() {
        RunModel model = new RunModel(CONFIG, trainer.average(), trainer.codec(), CPU, 10);
        Noise noise = new Noise(new RandomStreams(2), List.of(0), new FrameShape(1, 16, 16), CPU);
        assertThatThrownBy(() -> model.rollOut(DenoisingPlan.ad(20, 0, 50, 1), noise, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("choose a gap between 9 and 50");
    }
}
