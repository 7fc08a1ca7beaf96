// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import io.lightcone.video.Clip;
import io.lightcone.video.ClipDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    private static final Provenance PROVENANCE = new Provenance("test", "test", "none", "now");

    private static RunFolder train(RunConfig config, Path path, TrainingListener listener, boolean resume)
            throws InterruptedException {
        RunFolder folder = resume ? RunFolder.open(path) : RunFolder.create(path, ConfigReader.write(config));
        try (TrainingRun run = resume
                ? TrainingRun.resumed(config, folder, TestRuns.data(config), CPU, listener, PROVENANCE)
                : TrainingRun.fresh(config, folder, TestRuns.data(config), CPU, listener, PROVENANCE)) {
            run.run();
        }
        return folder;
    }

    /** k steps, a new process, and m steps more are k + m steps, bit for bit: weights, average, optimiser, metrics. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResumedRunIsTheSameRun(boolean conditioned, @TempDir Path temp) throws InterruptedException {
        RunConfig config = conditioned ? TestRuns.conditioned(7) : TestRuns.small(7);
        RunFolder whole = train(config, temp.resolve("whole"), new TrainingListener() {}, false);

        AtomicReference<@Nullable TrainingRun> running = new AtomicReference<>();
        RunFolder parts = RunFolder.create(temp.resolve("parts"), ConfigReader.write(config));
        TrainingListener stopAtThree = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                TrainingRun run = running.get();
                if (progress.step() == 3 && run != null) {
                    run.stop();
                }
            }
        };
        try (TrainingRun run = TrainingRun.fresh(config, parts, TestRuns.data(config), CPU, stopAtThree, PROVENANCE)) {
            running.set(run);
            run.run();
            assertThat(run.step()).isEqualTo(3);
        }
        train(config, temp.resolve("parts"), new TrainingListener() {}, true);

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

    /** Fails where a listener is told of step {@code at}. */
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
    void aFailureWhileLookingLosesNoTraining(String where, @TempDir Path temp) throws InterruptedException {
        // It looks at step 3, where no checkpoint is due, and at the end.
        RunConfig config = TestRuns.with(TestRuns.small(5), 0, new ReportConfig(1, 3, 2, 3, 100, 2));
        for (long at : new long[] {3, 5}) {
            Path path = temp.resolve("run-" + at);
            assertThatThrownBy(() -> train(config, path, failing(where, at), false))
                    .hasMessage(where);
            assertThat(RunFolder.open(path).steps()).containsExactly(0L, at);
        }
        RunFolder folder = train(config, temp.resolve("run-3"), new TrainingListener() {}, true);
        assertThat(folder.steps()).containsExactly(3L, 5L);
        assertThat(losses(folder)).hasSize(5);
    }

    /** Even a run whose very first step fails can be resumed, and is then the run that it would have been. */
    @Test
    void aRunHasACheckpointBeforeItsFirstStep(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(2);
        RunFolder folder = RunFolder.create(temp.resolve("run"), ConfigReader.write(config));
        ClipDataset good = TestRuns.data(config);
        ClipDataset bad = new Wrapped(good) {
            @Override
            public Clip training(RandomGenerator random) {
                throw new UserException("the disk is gone");
            }
        };
        try (TrainingRun run = TrainingRun.fresh(config, folder, bad, CPU, new TrainingListener() {}, PROVENANCE)) {
            assertThatThrownBy(run::run).hasMessage("the disk is gone");
        }
        assertThat(folder.steps()).containsExactly(0L);
        train(config, temp.resolve("run"), new TrainingListener() {}, true);
        RunFolder whole = train(config, temp.resolve("whole"), new TrainingListener() {}, false);
        Scopes.run(() -> expectEqual(
                folder.latestCheckpoint().model(), whole.latestCheckpoint().model()));
        assertThat(losses(folder)).isEqualTo(losses(whole)).hasSize(2);
    }

    @Test
    void looksLeaveNoNativeMemoryBehind(@TempDir Path temp) {
        RunConfig config = TestRuns.with(TestRuns.small(6), 0, new ReportConfig(1, 1, 2, 1, 1, 2));
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
        RunConfig config =
                TestRuns.with(TestRuns.small(never), 0.02, new ReportConfig(never, never, 2, never, never, 2));
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
        Provenance resumed = new Provenance("newer", "train --resume", "other", "later");
        try (TrainingRun run =
                TrainingRun.resumed(longer, folder, TestRuns.data(longer), CPU, new TrainingListener() {}, resumed)) {
            assertThat(run.startedOn("none")).isTrue();
            assertThat(run.startedOn("other")).isFalse();
            run.run();
        }
        Scopes.run(() -> assertThat(folder.latestCheckpoint().state().provenance())
                .isEqualTo(new Provenance("newer", "train --resume", "none", "later")));
    }

    /** Videos that keep their own rate: only the data knows it, so the checkpoint must. */
    @Test
    void theRateOfTheDataIsKeptWithTheModel(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(1);
        RunFolder folder = RunFolder.create(temp.resolve("run"), ConfigReader.write(config));
        ClipDataset film = new Wrapped(TestRuns.data(config)) {
            @Override
            public double framesPerSecond() {
                return 24;
            }
        };
        try (TrainingRun run = TrainingRun.fresh(config, folder, film, CPU, new TrainingListener() {}, PROVENANCE)) {
            run.run();
        }
        try (TrainedModel model = TrainedModel.open(temp.resolve("run"), CPU, List.of())) {
            assertThat(model.framesPerSecond()).isEqualTo(24);
        }
    }

    /** Other data in its place. */
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
