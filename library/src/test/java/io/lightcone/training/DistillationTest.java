// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.diffusion.Solver;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.generation.SamplingConfig.DenoisingOrder;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunExport;
import io.lightcone.run.RunFolder;
import io.lightcone.run.RunModel;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.RandomStream;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.tensor.Workers;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the decoder of a run is distilled, and nothing else of it. */
class DistillationTest {
    private static final Device CPU = new Device("cpu");
    private static final int TOY_STEPS = 400;

    private static Path teacher = Path.of("");

    private static RunOptions options() {
        return RunOptions.defaults().withDevice("cpu").withWorkers(1);
    }

    /** Settings of a distillation of four steps that each validate, sample and save what they should. */
    private static List<String> brief(String... more) {
        List<String> all = new ArrayList<>(List.of("training.steps=4", "training.minutes=0"));
        all.addAll(List.of(more));
        return all;
    }

    @BeforeAll
    static void trainATeacher(@TempDir Path shared) throws InterruptedException {
        teacher = trained(TestRuns.separable(4, "data.steering=true", "data.labels=true"), shared.resolve("teacher"));
    }

    private static Path trained(RunConfig config, Path folder) throws InterruptedException {
        try (TrainingRun run = Runs.start(config, folder, options())) {
            run.run();
        }
        return folder;
    }

    private static Path distilled(Path run, Path folder, String... settings) throws InterruptedException {
        try (TrainingRun training = Runs.distil(run, brief(settings), folder, options())) {
            training.run();
        }
        return folder;
    }

    /** Returns all numbers in the newest checkpoint of a run, by the file and the name that they have. */
    private static Map<String, float[]> numbers(Path run) {
        Map<String, float[]> numbers = new TreeMap<>();
        Scopes.run(() -> {
            Checkpoint checkpoint = RunFolder.open(run).latestCheckpoint();
            checkpoint.model().forEach((name, tensor) -> numbers.put("model " + name, Tensors.floats(tensor)));
            checkpoint.ema().forEach((name, tensor) -> numbers.put("ema " + name, Tensors.floats(tensor)));
            checkpoint.optimizer().forEach((name, tensor) -> numbers.put("optimizer " + name, Tensors.floats(tensor)));
            checkpoint.teacher().forEach((name, tensor) -> numbers.put("teacher " + name, Tensors.floats(tensor)));
        });
        return numbers;
    }

    private static Map<String, byte[]> files(Path folder) throws IOException {
        Map<String, byte[]> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return content;
    }

    private static void assertSame(Map<String, float[]> got, Map<String, float[]> expected) {
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> assertThat(got.get(name)).as(name).isEqualTo(values));
    }

    private static boolean ofEncoder(String weight) {
        return weight.startsWith("encoder.") || weight.equals("start");
    }

    /** The encoder stays bit for bit, the decoder learns, and the teacher's is kept beside it. */
    @Test
    void onlyTheDecoderLearns(@TempDir Path temp) throws Exception {
        Map<String, byte[]> before = files(teacher);
        Path run = distilled(teacher, temp.resolve("few"));
        Map<String, byte[]> after = files(teacher);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        before.forEach((file, bytes) -> assertThat(after.get(file)).as(file).isEqualTo(bytes));

        Map<String, float[]> taught = numbers(teacher);
        Map<String, float[]> learned = numbers(run);
        int moved = 0;
        for (String name : taught.keySet()) {
            if (!name.startsWith("ema ")) {
                continue;
            }
            String weight = name.substring("ema ".length());
            float[] first = taught.get(name);
            if (ofEncoder(weight)) {
                assertThat(learned.get("model " + weight)).as(weight).isEqualTo(first);
                assertThat(learned.get(name)).as(name).isEqualTo(first);
                assertThat(learned).doesNotContainKeys("teacher " + weight, "optimizer mean." + weight);
            } else {
                assertThat(learned.get("teacher " + weight)).as(weight).isEqualTo(first);
                assertThat(learned).containsKey("optimizer mean." + weight);
                boolean changed = !Arrays.equals(learned.get("model " + weight), first);
                assertThat(!Arrays.equals(learned.get(name), first))
                        .as("average of %s", weight)
                        .isEqualTo(changed);
                moved += changed ? 1 : 0;
            }
        }
        assertThat(moved).as("weights of the decoder that have learned").isGreaterThan(10);
    }

    /** The run says what it is, and has all that other runs have. */
    @Test
    void aDistilledRunIsARunLikeAnyOther(@TempDir Path temp) throws Exception {
        RunFolder run = RunFolder.open(distilled(teacher, temp.resolve("few")));
        RunConfig before = RunFolder.open(teacher).config(List.of());
        RunConfig config = run.config(List.of());
        assertThat(config.training().consistency().levels()).isEqualTo(48);
        assertThat(config.training().optimizer().ema()).isEqualTo(0.99);
        assertThat(config.sampling().steps()).isEqualTo(2);
        assertThat(config.sampling().solver()).isEqualTo(Solver.CONSISTENCY);
        assertThat(config.sampling().order()).isEqualTo(DenoisingOrder.FRAME_BY_FRAME);
        assertThat(config.model()).isEqualTo(before.model());
        assertThat(config.data()).isEqualTo(before.data());
        assertThat(before.training().consistency().levels()).isZero();
        assertThat(run.latestState().training()).isEqualTo("consistency");
        assertThat(run.latestState().step()).isEqualTo(4);
        assertThat(run.latestState().provenance().origin())
                .startsWith(teacher.toAbsolutePath().resolve("checkpoints").toString());
        assertThat(files(run.path()).keySet())
                .contains(Path.of("samples", "step-4.gif").toString(), "metrics.jsonl");
        assertThat(Files.readString(run.path().resolve("metrics.jsonl")))
                .contains("\"loss\"", "validation/", "continuation/psnr");
    }

    /** An exported run has the averaged weights, which are all that a teacher needs. */
    @Test
    void anExportedRunTeachesAsTheRunItself(@TempDir Path temp) throws Exception {
        Path exported = temp.resolve("exported");
        RunExport.write(teacher, exported, RunExport.Type.FLOAT32);
        assertSame(
                numbers(distilled(exported, temp.resolve("few"))), numbers(distilled(teacher, temp.resolve("same"))));

        Path small = temp.resolve("small");
        RunExport.write(teacher, small, RunExport.Type.FLOAT16);
        try (TrainedModel model = TrainedModel.open(distilled(small, temp.resolve("of-small")), CPU, List.of())) {
            assertThat(generate(model, 2)).hasSize(2);
        }
    }

    /** Even if the run that teaches is gone by then. */
    @Test
    void aResumedDistillationIsTheSameBitForBit(@TempDir Path temp) throws Exception {
        Path own = trained(TestRuns.separable(3, "training.separable.resampling.share=0.5"), temp.resolve("teacher"));
        Path whole = distilled(own, temp.resolve("whole"));

        Path parts = temp.resolve("parts");
        TrainingRun[] running = new TrainingRun[1];
        RunOptions stopping = options().withListener(new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == 2) {
                    running[0].stop();
                }
            }
        });
        try (TrainingRun run = Runs.distil(own, brief(), parts, stopping)) {
            running[0] = run;
            run.run();
            assertThat(run.step()).isEqualTo(2);
        }
        Files.move(own, temp.resolve("elsewhere"));
        try (TrainingRun run = Runs.resume(parts, List.of(), options())) {
            run.run();
        }
        assertSame(numbers(parts), numbers(whole));
    }

    @Test
    void framesAreMadeInAnyFewUpdates(@TempDir Path temp) throws Exception {
        Path run = distilled(teacher, temp.resolve("few"));
        List<float[]> of = new ArrayList<>();
        for (int steps : new int[] {1, 2, 4}) {
            try (TrainedModel model = TrainedModel.open(run, CPU, List.of("sampling.steps=" + steps))) {
                List<float[]> frames = generate(model, 3);
                List<float[]> again = generate(model, 3);
                for (int f = 0; f < 3; f++) {
                    assertThat(again.get(f)).isEqualTo(frames.get(f));
                }
                of.add(frames.get(2));
            }
        }
        assertThat(of.get(1)).isNotEqualTo(of.get(0));
        assertThat(of.get(2)).isNotEqualTo(of.get(1));
    }

    private static List<float[]> generate(RunModel model, int count) {
        Noise noise = new Noise(new RandomStreams(2), List.of(0), model.frameShape(), CPU);
        List<float[]> frames = new ArrayList<>();
        Scopes.run(() -> {
            try (RollOut rollOut = model.rollOut(model.config().sampling().plan(count, 0), noise, null)) {
                rollOut.forEachRemaining(frame -> frames.add(Tensors.floats(frame)));
            }
        });
        return frames;
    }

    private static RunConfig distilling(RunConfig config, String... settings) {
        RunConfig few = ConfigReader.with(config, "training.consistency.levels=6", "sampling.solver=consistency");
        return ConfigReader.with(few, settings);
    }

    /** Creates a trainer that distils a model of random weights. */
    private static Trainer distilling(RunConfig config, int workers) {
        RunConfig ordinary = ConfigReader.with(config, "training.consistency.levels=0");
        try (Trainer random = Trainer.fresh(ordinary, CPU)) {
            Scopes.runWithoutGrad(() -> {
                RandomStream numbers = new RandomStreams(5).tensors("weights", 0, 0);
                random.average()
                        .parameters()
                        .tensors()
                        .values()
                        .forEach(weight ->
                                weight.copy_(numbers.normal(weight.shape()).mul(new Scalar(0.1))));
            });
            return Trainer.distilling(
                    config,
                    config.openCodec(CPU),
                    CPU,
                    Workers.sharing(workers, config.training().batch(), CPU),
                    random.average().parameters().tensors());
        }
    }

    @ParameterizedTest
    @CsvSource({"1,4,true", "3,1,true", "3,1,false", "2,2,false"})
    void aStepIsTheSameHoweverItIsComputed(int workers, int parts, boolean recompute) {
        RunConfig base = TestRuns.conditioned(TestRuns.separable(100, "training.batch=4"), 0.5);
        RunConfig plain = distilling(base);
        RunConfig config = distilling(base, "training.accumulate=" + parts, "training.recompute=" + recompute);
        try (Trainer one = distilling(plain, 1);
                Trainer other = distilling(config, workers)) {
            for (int step = 0; step < 4; step++) {
                TrainingStep.Result expected = one.step(step, TestRuns.batch(plain, step), 1e-3);
                TrainingStep.Result got = other.step(step, TestRuns.batch(config, step), 1e-3);
                assertThat(expected.loss()).isGreaterThan(0);
                assertThat(got.loss()).as("loss of step %d", step).isCloseTo(expected.loss(), Offset.offset(1e-4));
                assertThat(got.gradientNorm())
                        .as("gradient of step %d", step)
                        .isCloseTo(expected.gradientNorm(), Offset.offset(2e-3));
            }
        }
    }

    /** What a step learns of its clips it has learned when the same step comes again. */
    @Test
    void theLossFalls() {
        RunConfig config = distilling(TestRuns.separable(100));
        try (Trainer trainer = distilling(config, 1)) {
            List<Clip> clips = TestRuns.batch(config, 0);
            double first = trainer.step(0, clips, 3e-3).loss();
            double last = first;
            for (int again = 0; again < 40; again++) {
                last = trainer.step(0, clips, 3e-3).loss();
            }
            assertThat(last).isLessThan(0.5 * first);
        }
    }

    /** Returns clips of two frames, each black or white. */
    private static List<Clip> blackOrWhite(int step) {
        SplittableRandom random = new SplittableRandom(step);
        return IntStream.range(0, 16)
                .mapToObj(i -> {
                    byte[] pixels = new byte[8];
                    Arrays.fill(pixels, 0, 4, (byte) (random.nextBoolean() ? 255 : 0));
                    Arrays.fill(pixels, 4, 8, (byte) (random.nextBoolean() ? 255 : 0));
                    return new Clip("clip", 2, 2, 2, 1, pixels);
                })
                .toList();
    }

    /** Returns how far second frames are from the nearer of black and white, at worst 1. */
    private static double error(RunConfig config, Trainer trainer, int steps) {
        RunConfig sampled = ConfigReader.with(config, "sampling.steps=" + steps);
        RunModel model = new RunModel(sampled, trainer.average(), trainer.codec(), CPU, 10);
        List<Integer> clips = IntStream.range(0, 200).boxed().toList();
        Noise noise = new Noise(new RandomStreams(2), clips, new FrameShape(1, 2, 2), CPU);
        double[] error = new double[1];
        Scopes.run(() -> {
            try (RollOut rollOut = model.rollOut(sampled.sampling().plan(2, 0), noise, null)) {
                Tensor first = rollOut.next();
                Tensor second = rollOut.next();
                assertThat(second.shape()).isEqualTo(first.shape());
                error[0] = 1 - second.abs().mean().item_double();
            }
        });
        return error[0];
    }

    /**
     * In one update the teacher makes about the mean of black and white; the distilled decoder makes one of the two.
     */
    @Test
    void fewUpdatesMakeBetterFramesThanTheTeachers() {
        RunConfig config = TestRuns.separable(
                TOY_STEPS,
                "model.patch=2",
                "data.height=8",
                "data.width=8",
                "data.digitSize=6",
                "training.batch=16",
                "training.frames=2",
                "sampling.given=1",
                "training.separable.pastLevel=0.1",
                "training.optimizer.ema=0.98");
        RunConfig few = ConfigReader.with(
                config, "training.consistency.levels=16", "training.optimizer.ema=0.95", "sampling.solver=consistency");
        try (Trainer trained = Trainer.fresh(config, CPU)) {
            for (int step = 0; step < TOY_STEPS; step++) {
                trained.step(step, blackOrWhite(step), 1e-2);
            }
            assertThat(error(config, trained, 1)).as("teacher, one update").isGreaterThan(0.5);
            assertThat(error(config, trained, 16)).as("teacher, 16 updates").isLessThan(0.15);
            try (Trainer distilled = Trainer.distilling(
                    few,
                    few.openCodec(CPU),
                    CPU,
                    Workers.alone(),
                    trained.average().parameters().tensors())) {
                for (int step = 0; step < TOY_STEPS; step++) {
                    distilled.step(step, blackOrWhite(step), 2e-3);
                }
                assertThat(error(few, distilled, 1)).as("one update").isLessThan(0.25);
                assertThat(error(few, distilled, 2)).as("two updates").isLessThan(0.15);
            }
        }
    }

    private static void assertRefused(Path run, List<String> settings, Path out, String message) {
        assertThatThrownBy(() -> Runs.distil(run, settings, out, options()).close())
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    void whatCannotBeDistilledIsRefusedInOneSentence(@TempDir Path temp) throws Exception {
        Path out = temp.resolve("out");
        assertRefused(temp, List.of(), out, temp + " is not a run folder: config.yaml is missing");
        Path plain = trained(TestRuns.small(1), temp.resolve("plain"));
        assertRefused(plain, List.of(), out, "run " + plain + " has no encoder, but what is distilled is the decoder");
        Path shortcut = trained(TestRuns.separable(1, "model.shortcut=8"), temp.resolve("shortcut"));
        assertRefused(
                shortcut, List.of(), out, "run " + shortcut + " is a shortcut model, which needs few updates as it is");
        Path epsilon = trained(
                TestRuns.separable(1, "diffusion.schedule=sqrt_linear", "diffusion.prediction=epsilon"),
                temp.resolve("epsilon"));
        assertRefused(
                epsilon,
                List.of(),
                out,
                "run " + epsilon + " predicts epsilon, which says too little of a frame at level 1 to distil it;"
                        + " distil one that predicts x0, v or velocity");
        Path few = distilled(teacher, temp.resolve("few"));
        assertRefused(few, List.of(), out, "run " + few + " is distilled already");
        Path begun = temp.resolve("begun");
        RunFolder.create(begun, RunFolder.open(teacher).config(List.of()).yaml());
        assertRefused(begun, List.of(), out, "there is no checkpoint in " + begun.resolve("checkpoints"));

        assertRefused(teacher, List.of("model.depth=3"), out, "a distilled run has the model, data, codec and");
        assertRefused(teacher, List.of("diffusion.prediction=x0"), out, "a distilled run has the model, data, codec");
        assertRefused(teacher, List.of("training.consistency.levels=0"), out, "must lie between 2 and 1000 to distil");
        assertRefused(teacher, List.of("training.consistency.levels=1"), out, "levels must lie between 2 and 1000");
        assertRefused(teacher, List.of(), few, few + " exists already");
        assertRefused(teacher, List.of(), teacher.resolve("samples/few"), "belongs to the run " + teacher + " itself");
        assertThat(out).doesNotExist();
    }

    /** Whether a run is distilled is settled when it begins. */
    @Test
    void noRunBecomesADistilledOneLater(@TempDir Path temp) throws Exception {
        RunConfig config = TestRuns.separable(2, "training.consistency.levels=48");
        assertThatThrownBy(() -> Runs.start(config, temp.resolve("run"), options()))
                .isInstanceOf(UserException.class)
                .hasMessage("training.consistency.levels is 48, but a model is distilled from a run that is trained;"
                        + " distil one, or set it to 0");
        assertThatThrownBy(() -> ConfigReader.with(TestRuns.small(2), "training.consistency.levels=48"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("what is distilled is the decoder of a model with an encoder;");
        assertThatThrownBy(() -> ConfigReader.with(config, "model.shortcut=8"))
                .hasMessageContaining("what is distilled is the decoder of a model of model.shortcut 0");
        assertThatThrownBy(() -> Runs.resume(teacher, List.of("training.consistency.levels=48"), options()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a run keeps training.consistency as it is");
        Path few = distilled(teacher, temp.resolve("few"));
        assertThatThrownBy(() -> Runs.resume(few, List.of("training.consistency.levels=24"), options()))
                .hasMessageContaining("a run keeps training.consistency as it is");
    }

    @Test
    void aCheckpointWithoutItsTeacherIsRefused(@TempDir Path temp) throws Exception {
        Path few = distilled(teacher, temp.resolve("few"));
        Files.delete(few.resolve("checkpoints/step-4/teacher.safetensors"));
        assertThatThrownBy(() -> Runs.resume(few, List.of("training.steps=5"), options()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("teacher.safetensors does not exist");
        try (TrainedModel model = TrainedModel.open(few, CPU, List.of())) {
            assertThat(generate(model, 2)).as("generation needs none").hasSize(2);
        }
    }
}
