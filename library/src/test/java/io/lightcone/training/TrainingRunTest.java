// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.config.ConfigReader;
import io.lightcone.data.ClipDataset;
import io.lightcone.run.Checkpoint;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.Provenance;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingRunTest {
    private static final Device CPU = new Device("cpu");
    private static final Provenance PROVENANCE = new Provenance("test", "test", "none", "now", "", "", "");

    private static RunFolder train(RunConfig config, Path path, TrainingListener listener, boolean resume)
            throws InterruptedException {
        try (TrainingRun run = resume
                ? TrainingRun.resumed(
                        TestRuns.setup(config, TestRuns.data(config), CPU, listener, PROVENANCE), RunFolder.open(path))
                : TrainingRun.fresh(TestRuns.setup(config, TestRuns.data(config), CPU, listener, PROVENANCE), path)) {
            run.run();
            return run.folder();
        }
    }

    /** k steps, a new process, and m steps more are k + m steps, bit for bit: weights, average, optimiser, metrics. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "conditioned", "mixed lengths"})
    void aResumedRunIsTheSameRun(String kind, @TempDir Path temp) throws InterruptedException {
        RunConfig config = switch (kind) {
            case "conditioned" -> TestRuns.conditioned(7);
            case "mixed lengths" ->
                ConfigReader.with(
                        TestRuns.small(7),
                        "training.lengths=[{frames: 3, share: 2}, {frames: 6, share: 1}, {frames: 9, share:" + " 1}]",
                        "model.temporalEvery=2");
            default -> TestRuns.small(7);
        };
        RunFolder whole = train(config, temp.resolve("whole"), new TrainingListener() {}, false);

        AtomicReference<@Nullable TrainingRun> running = new AtomicReference<>();
        TrainingListener stopAtThree = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                TrainingRun run = running.get();
                if (progress.step() == 3 && run != null) {
                    run.stop();
                }
            }
        };
        Path place = temp.resolve("parts");
        try (TrainingRun run =
                TrainingRun.fresh(TestRuns.setup(config, TestRuns.data(config), CPU, stopAtThree, PROVENANCE), place)) {
            running.set(run);
            run.run();
            assertThat(run.step()).isEqualTo(3);
        }
        RunFolder parts = train(config, place, new TrainingListener() {}, true);

        Scopes.run(() -> {
            Checkpoint expected = whole.latestCheckpoint();
            Checkpoint got = parts.latestCheckpoint();
            assertThat(got.state().step())
                    .isEqualTo(7)
                    .isEqualTo(expected.state().step());
            expectEqual(got.model(), expected.model());
            expectEqual(got.ema(), expected.ema());
            expectEqual(got.optimizer(), expected.optimizer());
        });
        assertThat(losses(parts)).isEqualTo(losses(whole)).hasSize(7);
    }

    private static void expectEqual(Map<String, Tensor> got, Map<String, Tensor> expected) {
        assertThat(got.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) ->
                assertThat(torch.equal(tensor, got.get(name))).as(name).isTrue());
    }

    private static Map<Long, Double> losses(RunFolder folder) {
        Map<Long, Double> losses = new java.util.TreeMap<>();
        for (MetricsLog.Entry entry : MetricsLog.read(folder.path().resolve("metrics.jsonl"))) {
            Double loss = entry.values().get("loss");
            if (loss != null) {
                losses.put(entry.step(), loss);
            }
        }
        return losses;
    }

    @Test
    void aRunLeavesEverythingItPromises(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(4);
        Path path = temp.resolve("run");
        RunFolder folder = train(config, path, new TrainingListener() {}, false);
        assertThat(folder.steps()).containsExactly(2L, 4L);
        assertThat(folder.config(java.util.List.of())).isEqualTo(config);
        assertThat(path.resolve("samples/step-4.gif")).isNotEmptyFile();
        assertThat(path.resolve("metrics.jsonl"))
                .content()
                .contains("validation/all")
                .contains("gradientNorm");
        assertThat(Files.exists(path.resolve("checkpoints/step-4/state.json"))).isTrue();
        try (TrainedModel model = TrainedModel.open(path, CPU, List.of())) {
            Scopes.runWithoutGrad(() -> {
                Tensor out = model.model().predict(torch.zeros(1, 1, 1, 16, 16), torch.ones(1, 1));
                assertThat(Tensors.floats(out)).doesNotContain(Float.NaN);
            });
        }
    }

    /** Returns a listener that fails when it is notified of step {@code at}. */
    private static TrainingListener failing(String where, long at) {
        return new TrainingListener() {
            @Override
            public void validated(long step, Map<String, Double> losses) {
                fail("validating", step);
            }

            @Override
            public void sampled(long step, Path file, double psnr, double repeatLast) {
                fail("sampling", step);
            }

            private void fail(String here, long step) {
                if (here.equals(where) && step == at) {
                    throw new IllegalStateException(where);
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"validating", "sampling"})
    void aFailureInValidationOrSamplingLosesNoTraining(String where, @TempDir Path temp) throws InterruptedException {
        // It validates and samples at step 3, where no checkpoint is due, and at the end.
        RunConfig config = TestRuns.reporting(TestRuns.small(5), 1, 3, 3, 100, 2);
        for (long at : new long[] {3, 5}) {
            Path path = temp.resolve("run-" + at);
            assertThatThrownBy(() -> train(config, path, failing(where, at), false))
                    .hasMessage(where);
            assertThat(RunFolder.open(path).steps()).containsExactly(at == 3 ? 0L : 3L, at);
        }
        RunFolder folder = train(config, temp.resolve("run-3"), new TrainingListener() {}, true);
        assertThat(folder.steps()).containsExactly(3L, 5L);
        assertThat(losses(folder)).hasSize(5);
    }

    /** Even a run whose very first step fails can be resumed, and is then the run that it would have been. */
    @Test
    void aRunHasACheckpointBeforeItsFirstStep(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(2);
        Path path = temp.resolve("run");
        ClipDataset good = TestRuns.data(config);
        ClipDataset bad = new Wrapped(good) {
            @Override
            public Clip training(RandomGenerator random, int frames) {
                throw new UserException("the disk is gone");
            }
        };
        try (TrainingRun run =
                TrainingRun.fresh(TestRuns.setup(config, bad, CPU, new TrainingListener() {}, PROVENANCE), path)) {
            assertThatThrownBy(run::run).hasMessage("the disk is gone");
        }
        RunFolder folder = RunFolder.open(path);
        assertThat(folder.steps()).containsExactly(0L);
        train(config, temp.resolve("run"), new TrainingListener() {}, true);
        RunFolder whole = train(config, temp.resolve("whole"), new TrainingListener() {}, false);
        Scopes.run(() -> expectEqual(
                folder.latestCheckpoint().model(), whole.latestCheckpoint().model()));
        assertThat(losses(folder)).isEqualTo(losses(whole)).hasSize(2);
    }

    /** Whatever fails, what was learned by then is not lost, and training resumes from there. */
    @ParameterizedTest
    @ValueSource(strings = {"data", "memory", "samples", "listener", "interrupt", "held-out data"})
    void whateverGoesWrongIsPassedOnOnceWhatWasLearnedIsSaved(String where, @TempDir Path temp)
            throws InterruptedException {
        RunConfig config = TestRuns.reporting(TestRuns.small(7), 1, 3, 3, 100, 2);
        Path path = temp.resolve("run");
        ClipDataset data = new Wrapped(TestRuns.data(config)) {
            private int clips;

            @Override
            public Clip training(RandomGenerator random, int frames) {
                if (clips++ == 3 * config.training().batch()) {
                    switch (where) {
                        case "data" -> throw new UserException("the disk is gone");
                        case "memory" -> throw new OutOfMemoryError("simulated");
                        default -> {}
                    }
                }
                return super.training(random, frames);
            }

            @Override
            public Clip heldOut(int index) {
                if (where.equals("held-out data")) {
                    throw new UserException("the disk is gone");
                }
                return super.heldOut(index);
            }
        };
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                if (progress.step() == 3) {
                    switch (where) {
                        case "samples" -> replaceByAFile(path);
                        case "listener" -> throw new IllegalStateException("nobody listens");
                        case "interrupt" -> Thread.currentThread().interrupt();
                        default -> {}
                    }
                }
            }
        };
        try (TrainingRun run = TrainingRun.fresh(TestRuns.setup(config, data, CPU, listener, PROVENANCE), path)) {
            assertThatThrownBy(run::run).isNotNull();
            assertThat(Thread.interrupted()).isEqualTo(where.equals("interrupt"));
            assertThat(run.isSaved()).isTrue();
            assertThat(run.step()).isEqualTo(3);
        }
        assertThat(RunFolder.open(path).steps()).containsExactly(0L, 3L);
        restored(path);
        RunFolder resumed = train(config, path, new TrainingListener() {}, true);
        RunFolder whole = train(config, temp.resolve("whole"), new TrainingListener() {}, false);
        Scopes.run(() -> expectEqual(
                resumed.latestCheckpoint().model(), whole.latestCheckpoint().model()));
    }

    /** Puts a file where the folder of samples was, so that none can be written. */
    private static void replaceByAFile(Path run) {
        try {
            Files.move(run.resolve("samples"), run.resolve("samples-kept"));
            Files.writeString(run.resolve("samples"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void restored(Path run) {
        try {
            if (Files.exists(run.resolve("samples-kept"))) {
                Files.delete(run.resolve("samples"));
                Files.move(run.resolve("samples-kept"), run.resolve("samples"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From there the same step may fail again, so the checkpoints before it stay, and the message tells what to do. */
    @Test
    void aRunThatHasLeftTheFiniteNumbersKeepsTheWayBack(@TempDir Path temp) {
        RunConfig config = ConfigReader.read(
                RunConfig.class,
                TestRuns.reporting(TestRuns.small(50), 1, 100, 100, 100, 1),
                null,
                List.of("training.optimizer.learningRate=1000"));
        Path path = temp.resolve("run");
        for (boolean resume : new boolean[] {false, true}) {
            assertThatThrownBy(() -> train(config, path, new TrainingListener() {}, resume))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(" is not finite at step ")
                    .hasMessageContaining("delete the folder " + path.resolve("checkpoints/step-"));
            assertThat(RunFolder.open(path).steps()).startsWith(0L).hasSize(2);
        }
    }

    /**
     * A stop is noticed at every stage of a run, and in the middle of the longest ones, so that whoever waits for the
     * end waits for seconds.
     */
    @ParameterizedTest
    @ValueSource(strings = {"saved", "training data", "step", "held-out data", "validated", "sampled"})
    void aStopIsHeardAtEveryStage(String where, @TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.reporting(TestRuns.small(7), 1, 3, 3, 100, 2);
        AtomicReference<@Nullable TrainingRun> running = new AtomicReference<>();
        List<String> heard = new CopyOnWriteArrayList<>();
        Runnable stop = () -> Objects.requireNonNull(running.get()).stop();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                heard.add("step");
                if (progress.step() == 3 && where.equals("step")) {
                    stop.run();
                }
            }

            @Override
            public void saved(long step) {
                heard.add("saved");
                if (where.equals("saved")) {
                    stop.run();
                }
            }

            @Override
            public void validated(long step, Map<String, Double> losses) {
                heard.add("validated");
                if (where.equals("validated")) {
                    stop.run();
                }
            }

            @Override
            public void sampled(long step, Path file, double psnr, double repeatLast) {
                heard.add("sampled");
                if (where.equals("sampled")) {
                    stop.run();
                }
            }
        };
        ClipDataset data = new Wrapped(TestRuns.data(config)) {
            @Override
            public Clip training(RandomGenerator random, int frames) {
                if (where.equals("training data") && heard.contains("step")) {
                    stop.run();
                }
                return super.training(random, frames);
            }

            @Override
            public Clip heldOut(int index) {
                if (where.equals("held-out data")) {
                    stop.run();
                }
                return super.heldOut(index);
            }
        };
        try (TrainingRun run =
                TrainingRun.fresh(TestRuns.setup(config, data, CPU, listener, PROVENANCE), temp.resolve("run"))) {
            running.set(run);
            run.run();
            assertThat(run.isSaved()).isTrue();
            assertThat(run.step()).isLessThanOrEqualTo(3);
        }
        List<String> judged = List.of("saved", "step", "step", "step", "saved", "validated", "sampled");
        switch (where) {
            case "saved" -> assertThat(heard).isEqualTo(judged.subList(0, 1));
            case "validated" -> assertThat(heard).isEqualTo(judged.subList(0, 6));
            case "sampled" -> assertThat(heard).isEqualTo(judged);
            case "training data" -> // which is loaded while other steps are computed
                assertThat(heard).startsWith("saved", "step").endsWith("saved").doesNotContain("validated");
            default -> assertThat(heard).isEqualTo(judged.subList(0, 5));
        }
    }

    /** Data may be late, as when a film is decoded anew, or a drive does not answer. */
    @Test
    void aStopIsHeardWhileDataDoesNotCome(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(7);
        AtomicReference<@Nullable TrainingRun> running = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        ClipDataset data = new Wrapped(TestRuns.data(config)) {
            private int clips;

            @Override
            public Clip training(RandomGenerator random, int frames) {
                if (clips++ == 3 * config.training().batch()) {
                    Objects.requireNonNull(running.get()).stop();
                    try {
                        ended.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return super.training(random, frames);
            }
        };
        try (TrainingRun run = TrainingRun.fresh(
                TestRuns.setup(config, data, CPU, new TrainingListener() {}, PROVENANCE), temp.resolve("run"))) {
            running.set(run);
            run.run();
            assertThat(run.step()).isLessThanOrEqualTo(3);
            assertThat(run.isSaved()).isTrue();
        } finally {
            ended.countDown();
        }
    }

    /** A run that cannot be created leaves no folder, here because its device does not exist. */
    @Test
    void aRunThatCannotStartLeavesNoFolder(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(1);
        Path path = temp.resolve("run");
        try (Device nowhere = new Device("cuda:77")) {
            assertThatThrownBy(() -> TrainingRun.fresh(
                            TestRuns.setup(
                                    config, TestRuns.data(config), nowhere, new TrainingListener() {}, PROVENANCE),
                            path))
                    .isInstanceOf(RuntimeException.class);
        }
        assertThat(path).doesNotExist();
        train(config, path, new TrainingListener() {}, false);
    }

    @Test
    void twoTrainingsOfOneRunAreKeptApart(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(2);
        Path path = temp.resolve("run");
        try (TrainingRun first = TrainingRun.fresh(
                TestRuns.setup(config, TestRuns.data(config), CPU, new TrainingListener() {}, PROVENANCE), path)) {
            for (boolean resume : new boolean[] {false, true}) {
                assertThatThrownBy(() -> train(config, path, new TrainingListener() {}, resume))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("run " + path + " is being trained by this program already");
            }
            first.run();
        }
        assertThat(train(TestRuns.small(4), path, new TrainingListener() {}, true)
                        .steps())
                .containsExactly(2L, 4L);
    }

    @Test
    void validationAndSamplingLeaveNoNativeMemoryBehind(@TempDir Path temp) {
        RunConfig config = TestRuns.reporting(TestRuns.small(6), 1, 1, 1, 1, 2);
        List<Long> objects = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                objects.add(NativeObjects.count());
            }
        };
        NativeObjects.counting(() -> train(config, temp.resolve("run"), listener, false));
        assertThat(objects).hasSize(6);
        assertThat(objects.get(5)).isEqualTo(objects.get(2));
    }

    @Test
    void aRunThatEndsByTheClockReportsAndSavesItsLastStep(@TempDir Path temp) throws InterruptedException {
        long never = 1_000_000;
        RunConfig config = ConfigReader.with(
                TestRuns.reporting(TestRuns.small(never), never, never, never, never, 2), "training.minutes=0.02");
        Path path = temp.resolve("run");
        List<Double> done = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                done.add(progress.done());
            }
        };
        RunFolder folder = train(config, path, listener, false);
        long last = done.size();
        assertThat(done.get(done.size() - 1)).isEqualTo(1);
        assertThat(done.subList(0, done.size() - 1)).allMatch(share -> share < 1);
        assertThat(folder.steps()).containsExactly(0L, last);
        assertThat(path.resolve("samples/step-" + last + ".gif")).isNotEmptyFile();
        List<MetricsLog.Entry> entries = MetricsLog.read(path.resolve("metrics.jsonl"));
        assertThat(entries)
                .filteredOn(entry -> entry.values().containsKey("validation/all"))
                .extracting(MetricsLog.Entry::step)
                .containsExactly(last);
        assertThat(losses(folder)).containsKey(last);
    }

    @Test
    void aCheckpointTellsWhoWroteItAndWhatTheRunStartedOn(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        train(TestRuns.small(1), path, new TrainingListener() {}, false);
        RunConfig longer = TestRuns.small(2);
        RunFolder folder = RunFolder.open(path);
        Provenance resumed = new Provenance("newer", "train --resume", "other", "later", "", "", "");
        try (TrainingRun run = TrainingRun.resumed(
                TestRuns.setup(longer, TestRuns.data(longer), CPU, new TrainingListener() {}, resumed), folder)) {
            assertThat(run.startedOn("none")).isTrue();
            assertThat(run.startedOn("other")).isFalse();
            run.run();
        }
        Scopes.run(() -> assertThat(folder.latestCheckpoint().state().provenance())
                .isEqualTo(new Provenance("newer", "train --resume", "none", "later", "", "", "")));
    }

    /** Videos may keep their own rate, which only the data knows, so the checkpoint must hold it. */
    @Test
    void theRateOfTheDataIsKeptWithTheModel(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(1);
        ClipDataset film = new Wrapped(TestRuns.data(config)) {
            @Override
            public double framesPerSecond() {
                return 24;
            }
        };
        try (TrainingRun run = TrainingRun.fresh(
                TestRuns.setup(config, film, CPU, new TrainingListener() {}, PROVENANCE), temp.resolve("run"))) {
            run.run();
        }
        try (TrainedModel model = TrainedModel.open(temp.resolve("run"), CPU, List.of())) {
            assertThat(model.framesPerSecond()).isEqualTo(24);
        }
    }

    /** Wraps a data set, parts of which a test overrides. */
    private static class Wrapped implements ClipDataset {
        private final ClipDataset data;

        Wrapped(ClipDataset data) {
            this.data = data;
        }

        @Override
        public Clip training(RandomGenerator random) {
            return data.training(random);
        }

        @Override
        public Clip training(RandomGenerator random, int frames) {
            return data.training(random, frames);
        }

        @Override
        public int longest() {
            return data.longest();
        }

        @Override
        public Clip heldOut(int index) {
            return data.heldOut(index);
        }

        @Override
        public String fingerprint() {
            return data.fingerprint();
        }

        @Override
        public String description() {
            return data.description();
        }

        @Override
        public double framesPerSecond() {
            return data.framesPerSecond();
        }
    }
}
