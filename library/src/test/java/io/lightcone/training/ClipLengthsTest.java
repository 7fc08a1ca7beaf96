// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.ClipDataset;
import io.lightcone.diffusion.Levels;
import io.lightcone.diffusion.Updates;
import io.lightcone.model.ContextWindow;
import io.lightcone.model.ModelCost;
import io.lightcone.run.MemoryAdvice;
import io.lightcone.run.Models;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainingConfig;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests training on clips of mixed length. */
class ClipLengthsTest {
    private static final Device CPU = new Device("cpu");
    private static final long STEP = 3;
    private static final String MIXED =
            "training.lengths=[{frames: 2, share: 6}, {frames: 6, share: 3}, {frames: 10," + " share: 1}]";

    private static RunConfig mixed(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add(MIXED);
        return ConfigReader.read(RunConfig.class, TestRuns.small(4), null, all);
    }

    @Test
    void lengthsAreDrawnAsOftenAsTheirSharesSay() {
        TrainingConfig training = mixed().training();
        Map<Integer, Long> drawn = LongStream.range(0, 10_000)
                .boxed()
                .map(training::framesOf)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(drawn).containsOnlyKeys(2, 6, 10);
        assertThat(drawn.getOrDefault(2, 0L) / 10_000.0).isCloseTo(0.6, Offset.offset(0.02));
        assertThat(drawn.getOrDefault(6, 0L) / 10_000.0).isCloseTo(0.3, Offset.offset(0.02));
        assertThat(drawn.getOrDefault(10, 0L) / 10_000.0).isCloseTo(0.1, Offset.offset(0.02));
        assertThat(LongStream.range(0, 50).mapToObj(training::framesOf).toList())
                .as("another seed, other lengths")
                .isNotEqualTo(LongStream.range(0, 50)
                        .mapToObj(mixed("training.seed=99").training()::framesOf)
                        .toList());
        assertThat(training.longest()).isEqualTo(10);
        assertThat(TestRuns.small(4).training().framesOf(7)).isEqualTo(6);
        assertThat(TestRuns.small(4).training().longest()).isEqualTo(6);
    }

    /** All clips of a batch have the length of its step, whichever step the loader starts with. */
    @Test
    void batchesHaveTheLengthOfTheirStep() throws InterruptedException {
        RunConfig config = mixed("training.batch=3");
        ClipDataset data = TestRuns.data(config);
        for (long first : new long[] {0, 5}) {
            try (BatchLoader loader = new BatchLoader(data, config.training(), first)) {
                for (long step = first; step < 9; step++) {
                    Batch batch = loader.next(() -> false).orElseThrow();
                    assertThat(batch.step()).isEqualTo(step);
                    assertThat(batch.clips())
                            .hasSize(3)
                            .extracting(Clip::frames)
                            .containsOnly(config.training().framesOf(step));
                }
            }
        }
    }

    /** Where nothing is said of lengths, a batch has the clips that it always had. */
    @Test
    void clipsOfTheUsualLengthAreWhatTheyWereWithoutOthers() throws InterruptedException {
        RunConfig plain = TestRuns.small(4);
        RunConfig one = ConfigReader.with(plain, "training.lengths=[{frames: 6, share: 1}]");
        ClipDataset data = TestRuns.data(plain);
        try (BatchLoader some = new BatchLoader(data, plain.training(), 0);
                BatchLoader others = new BatchLoader(data, one.training(), 0)) {
            for (int step = 0; step < 3; step++) {
                List<Clip> expected = some.next(() -> false).orElseThrow().clips();
                List<Clip> got = others.next(() -> false).orElseThrow().clips();
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(got.get(i).pixels()).isEqualTo(expected.get(i).pixels());
                }
            }
        }
    }

    /**
     * Every system learns from clips of every length, with every sampler of levels, in parts and recomputed: what a
     * step learns of its clips it has learned when the same step comes again.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "msc",
                "dense",
                "ar-diffusion",
                "scd",
                "scd-dense",
                "scd-resampled",
                "recomputed",
                "shortcut",
                "scd-shortcut"
            })
    void everySystemTrainsOnClipsOfAllLengths(String system) {
        RunConfig base = system.contains("dense")
                ? TestRuns.small(4).with(TestRuns.small(4).model().dense())
                : TestRuns.small(4);
        List<String> settings = new ArrayList<>(List.of(MIXED, "model.depth=4", "model.temporalEvery=2"));
        if (system.startsWith("scd")) {
            settings.addAll(List.of("model.encoder=2", "training.separable.pastLevel=0.3"));
        }
        if (system.equals("scd-resampled")) {
            settings.addAll(List.of("training.separable.resampling.share=1", "training.separable.resampling.after=0"));
        }
        if (system.equals("ar-diffusion")) {
            settings.addAll(List.of("training.levels.kind=fopp", "training.levels.clean=0.5"));
        }
        if (system.equals("recomputed")) {
            settings.addAll(List.of("training.recompute=true", "training.accumulate=2"));
        }
        if (system.endsWith("shortcut")) {
            settings.addAll(List.of("model.shortcut=8", "training.shortcut.share=0.5"));
        }
        RunConfig config = ConfigReader.read(RunConfig.class, base, null, settings);
        ClipDataset data = TestRuns.data(config);
        for (int frames : new int[] {2, 6, 10}) {
            List<Clip> clips = List.of(clip(data, frames, 1), clip(data, frames, 2));
            try (Trainer trainer = Trainer.fresh(config, CPU)) {
                boolean isLong = trainer.updates(new BatchPart(STEP, 0, 2, clips, trainer.draws()), 0)
                                .moving()
                                .length
                        > 0;
                assertThat(isLong).as("long updates are learned too").isEqualTo(system.endsWith("shortcut"));
                TrainingStep.Result first = trainer.step(STEP, clips, 3e-3);
                assertThat(first.loss()).isPositive();
                assertThat(first.gradientNorm()).isPositive();
                double last = first.loss();
                for (int again = 0; again < 12; again++) {
                    last = trainer.step(STEP, clips, 3e-3).loss();
                }
                assertThat(last).as("of clips of %d frames", frames).isLessThan(0.9 * first.loss());
            }
        }
    }

    private static Clip clip(ClipDataset data, int frames, int seed) {
        return data.training(new SplittableRandom(seed), frames);
    }

    /**
     * Clips of up to the usual length are seen whole; longer ones as a roll-out is seen, with what it is told of
     * memory.
     */
    @Test
    void longerClipsAreSeenAsARollOutIs() {
        assertThat(mixed().windowOf(6)).isEqualTo(ContextWindow.UNLIMITED);
        assertThat(mixed().windowOf(2)).isEqualTo(ContextWindow.UNLIMITED);
        assertThat(mixed().windowOf(7)).isEqualTo(new ContextWindow(6, 0)).isEqualTo(mixed().window());
        RunConfig told = mixed("sampling.memory.window=5", "sampling.memory.sinks=2");
        assertThat(told.windowOf(10)).isEqualTo(new ContextWindow(5, 2)).isEqualTo(told.window());
        assertThat(told.windowOf(6)).isEqualTo(ContextWindow.UNLIMITED);
        assertThat(TestRuns.small(4).windowOf(10))
                .as("without lengths no clip is a longer one")
                .isEqualTo(ContextWindow.UNLIMITED);
    }

    /** What the last frame of each clip has taught. */
    private record Learned(double loss, Map<String, float[]> gradients) {}

    /** Returns what clips teach weights that are random but always the same, where only the last frame has noise. */
    private static Learned learned(RunConfig config, List<Clip> clips) {
        try (Trainer trainer = Trainer.fresh(config, CPU)) {
            RandomStream random = new RandomStreams(5).tensors("weights", 0, 0);
            Map<String, Tensor> weights = trainer.gradient().weights();
            Scopes.runWithoutGrad(() -> weights.values()
                    .forEach(
                            weight -> weight.copy_(random.normal(weight.shape()).mul(new Scalar(0.2)))));
            double[] levels = new double[clips.get(0).frames()];
            levels[levels.length - 1] = 0.5;
            Updates drawn = Updates.none(Levels.same(clips.size(), levels));
            BatchPart part = new BatchPart(0, 0, clips.size(), clips, 1);
            double loss = trainer.gradient().accumulate(part, drawn, clips.size(), 0);
            Map<String, float[]> gradients = new TreeMap<>();
            Scopes.runWithoutGrad(() -> weights.forEach((name, weight) -> {
                if (weight.grad().defined()) {
                    gradients.put(name, Tensors.floats(weight.grad()));
                }
            }));
            return new Learned(loss, gradients);
        }
    }

    /** Returns clips of 10 frames, one of which is black in all of them. */
    private static List<Clip> blackened(ClipDataset data, int frame) {
        return IntStream.of(1, 2)
                .mapToObj(seed -> {
                    Clip clip = clip(data, 10, seed);
                    byte[] pixels = clip.pixels().clone();
                    Arrays.fill(pixels, frame * clip.frameBytes(), (frame + 1) * clip.frameBytes(), (byte) 0);
                    return new Clip("clip", 10, clip.height(), clip.width(), clip.channels(), pixels);
                })
                .toList();
    }

    /**
     * The window counts in what is learned: a frame long gone changes nothing of the loss of the last one and of its
     * gradient, one within the window does, and without lengths the one long gone does too.
     */
    @Test
    void theLossOfALongClipIsThatOfItsWindow() {
        RunConfig mixed = mixed("model.depth=1", "training.frames=3", "sampling.given=1", "training.linear=float32");
        RunConfig windowed = mixed.with(mixed.model().dense()); // whose only limit is the window
        RunConfig unlimited = ConfigReader.with(windowed, "training.lengths=[]");
        ClipDataset data = TestRuns.data(windowed);
        List<Clip> clips = List.of(clip(data, 10, 1), clip(data, 10, 2));
        Learned all = learned(windowed, clips);
        assertThat(all.gradients).isNotEmpty();
        for (int gone = 0; gone < 7; gone++) {
            Learned without = learned(windowed, blackened(data, gone));
            assertThat(without.loss).as("frame %d is black", gone).isEqualTo(all.loss);
            assertThat(without.gradients.keySet()).isEqualTo(all.gradients.keySet());
            without.gradients.forEach(
                    (name, values) -> assertThat(values).as(name).isEqualTo(all.gradients.get(name)));
        }
        for (int seen = 7; seen < 10; seen++) {
            assertThat(learned(windowed, blackened(data, seen)).loss)
                    .as("frame %d is black", seen)
                    .isNotCloseTo(all.loss, Offset.offset(1e-5));
        }
        assertThat(learned(unlimited, blackened(data, 0)).loss)
                .as("without a window")
                .isNotCloseTo(learned(unlimited, clips).loss, Offset.offset(1e-5));
    }

    @Test
    void theLongestClipsSayHowMuchMemoryAStepTakes() {
        RunConfig config = mixed();
        assertThat(config.longestLatentFrames()).isEqualTo(10);
        RunConfig huge = ConfigReader.with(
                TestRuns.small(4, 512), "training.lengths=[{frames: 10000, share: 0.001}, {frames: 2, share: 1}]");
        assertThatThrownBy(() -> Models.requireRoom(huge, CPU, 1))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("clips of training.lengths up to 10000 and of model.width");
        assertThat(MemoryAdvice.of(config, 1))
                .contains("shorter training.lengths")
                .doesNotContain("training.frames");
        assertThat(MemoryAdvice.of(TestRuns.small(4), 1)).contains("fewer training.frames");
        long seen = ModelCost.of(config.model().within(config.windowOf(10)), 10, 16, 16, 4)
                .attentionUseful();
        assertThat(seen).isLessThan(ModelCost.of(config.model(), 10, 16, 16, 4).attentionUseful());
    }

    @Test
    void badLengthsAreRefusedInOneSentence() {
        expect("training.lengths=[{frames: 0, share: 1}]", "frames must lie between 1 and 10000, not 0");
        expect("training.lengths=[{frames: 10001, share: 1}]", "frames must lie between 1 and 10000, not 10001");
        expect("training.lengths=[{frames: 4, share: 0}]", "share must be above 0, not 0");
        expect("training.lengths=[{frames: 4, share: .nan}]", "share");
        expect(
                "training.lengths=[{frames: 4, share: 1}, {frames: 4, share: 2}]",
                "lengths must differ, but 4 frames are there twice");
        expect("training.lengths=[{frames: 4}]", "share");
        expect("training.lengths=16", "training.lengths");
        assertThatThrownBy(() -> TestRuns.separable(4, "training.lengths=[{frames: 1, share: 1}]"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("so training.lengths must be at least 2, not 1");
    }

    private static void expect(String setting, String message) {
        assertThatThrownBy(() -> ConfigReader.read(RunConfig.class, TestRuns.small(4), null, List.of(setting)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    /** Longer clips come from the videos that are long enough; a length that no video has is refused at once. */
    @Test
    void videosThatAreTooShortForAllLengthsAreSaidSo(@TempDir Path temp) throws InterruptedException {
        Path videos = temp.resolve("videos");
        ClipDataset digits = TestRuns.data(TestRuns.small(4));
        write(videos.resolve("short.gif"), digits, 12);
        write(videos.resolve("long.gif"), digits, 30);
        String source = "data.source=" + videos;
        RunOptions options = RunOptions.defaults().withDevice("cpu").withCache(temp.resolve("cache"));
        RunConfig config = ConfigReader.read(
                RunConfig.class,
                TestRuns.small(3),
                null,
                List.of(
                        "data.kind=videos",
                        source,
                        "data.fps=0",
                        "data.height=16",
                        "data.width=16",
                        "data.channels=1"));
        RunConfig some = ConfigReader.with(config, "training.lengths=[{frames: 20, share: 1}, {frames: 4, share: 1}]");
        try (TrainingRun run = Runs.start(some, temp.resolve("run"), options)) {
            run.run();
            assertThat(run.finished()).isTrue();
        }
        RunConfig far = ConfigReader.with(config, "training.lengths=[{frames: 40, share: 1}]");
        assertThatThrownBy(() -> Runs.start(far, temp.resolve("far"), options))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("training.lengths has clips of 40 frames, but the longest stretch of video to"
                        + " train on, without a gap in it, has ")
                .hasMessageNotContaining("\n");
        assertThat(temp.resolve("far")).doesNotExist();
    }

    private static void write(Path file, ClipDataset digits, int frames) {
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            Clip clip = clip(digits, frames, frames);
            for (int frame = 0; frame < frames; frame++) {
                writer.add(clip, frame);
            }
            writer.finish();
        }
    }
}
