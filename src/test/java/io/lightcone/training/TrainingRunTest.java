// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    @Test
    void aResumedRunIsTheSameRun(@TempDir Path temp) throws InterruptedException {
        RunConfig config = TestRuns.small(7);
        RunFolder whole = train(config, temp.resolve("whole"), new Quiet(), false);

        AtomicReference<@Nullable TrainingRun> running = new AtomicReference<>();
        RunFolder parts = RunFolder.create(temp.resolve("parts"), ConfigReader.write(config));
        TrainingListener stopAtThree = new Quiet() {
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
        train(config, temp.resolve("parts"), new Quiet(), true);

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
        RunFolder folder = train(config, path, new Quiet(), false);
        assertThat(folder.steps()).containsExactly(2L, 4L);
        assertThat(folder.config(java.util.List.of())).isEqualTo(config);
        assertThat(path.resolve("samples/step-4.gif")).isNotEmptyFile();
        assertThat(path.resolve("metrics.jsonl"))
                .content()
                .contains("validation/all")
                .contains("gradientNorm");
        assertThat(Files.exists(path.resolve("checkpoints/step-4/state.json"))).isTrue();
        try (TrainedModel model = TrainedModel.open(path, CPU)) {
            Scopes.runWithoutGrad(() -> {
                Tensor out = model.model().predict(torch.zeros(1, 1, 1, 16, 16), torch.ones(1, 1));
                assertThat(Tensors.floats(out)).doesNotContain(Float.NaN);
            });
        }
    }

    /** Listens to nothing. */
    private static class Quiet implements TrainingListener {
        @Override
        public void step(Progress progress) {}

        @Override
        public void validated(long step, Map<String, Double> losses) {}

        @Override
        public void saved(long step) {}

        @Override
        public void sampled(long step, Path file, double psnr, double repeatLast) {}
    }
}
