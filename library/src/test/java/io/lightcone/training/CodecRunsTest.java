// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.codec.CausalAutoencoder;
import io.lightcone.codec.CausalAutoencoderFile;
import io.lightcone.evaluation.Reconstruction.Latents;
import io.lightcone.evaluation.Reconstruction.Score;
import io.lightcone.run.CodecPresets;
import io.lightcone.run.CodecRunConfig;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.RunFolder;
import io.lightcone.run.TrainingState;
import io.lightcone.tensor.Libtorch;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.NativeObjects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodecRunsTest {
    static {
        Libtorch.start(0);
    }

    private static final RunOptions OPTIONS =
            RunOptions.defaults().withDevice("cpu").withCommand("a test").withWorkers(2);

    /** Returns the run of a codec of 4x4 pixels and two pictures, with some thousand weights. */
    private static CodecRunConfig small(String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "autoencoder={pictureChannels: 1, latentChannels: 4, space: 4, time: 2, widths: [8, 8], depth: 1}",
                "data.kind=moving-digits",
                "data.channels=1",
                "data.height=16",
                "data.width=16",
                "data.digitSize=8",
                "training.frames=5",
                "training.batch=3",
                "training.steps=6",
                "training.optimizer.learningRate=0.01",
                "training.optimizer.warmup=1",
                "training.reports={log: 1, validate: 3, validationClips: 3, sample: 6, checkpoint: 2, keep: 3}"));
        all.addAll(List.of(settings));
        return CodecRunConfig.read(CodecPresets.named("vae-tiny"), null, all);
    }

    private static RunFolder train(CodecRunConfig config, Path path, RunOptions options) throws InterruptedException {
        try (TrainingRun run = CodecRuns.start(config, path, options)) {
            run.run();
            return run.folder();
        }
    }

    private static RunFolder resume(Path path, RunOptions options, String... settings) throws InterruptedException {
        try (TrainingRun run = CodecRuns.resume(path, List.of(settings), options)) {
            run.run();
            return run.folder();
        }
    }

    private static Path codec(RunFolder folder) {
        return folder.path().resolve("codec.safetensors");
    }

    @Test
    void aRunLeavesACodecAndWhatWasMeasured(@TempDir Path temp) throws InterruptedException, IOException {
        List<String> heard = new ArrayList<>();
        RunOptions options = OPTIONS.withListener(new TrainingListener() {
            @Override
            public void reconstructed(long step, Map<String, Double> losses, Latents latents, Score score) {
                assertThat(losses).containsOnlyKeys("all", "pixels", "kl", "smoothness", "perceptual");
                assertThat(score.places()).containsOnlyKeys("first", "1", "2");
                heard.add("reconstructed " + step);
            }

            @Override
            public void reconstructionsWritten(long step, Path file) {
                assertThat(file).isNotEmptyFile();
                heard.add("written " + step);
            }

            @Override
            public void saved(long step) {
                assertThat(Files.exists(temp.resolve("run/codec.safetensors")))
                        .as("a codec that has learned something")
                        .isEqualTo(step > 0);
                heard.add("saved " + step);
            }
        });
        RunFolder folder = train(small(), temp.resolve("run"), options);

        assertThat(heard)
                .containsExactly(
                        "saved 0",
                        "saved 2",
                        "saved 3",
                        "reconstructed 3",
                        "saved 4",
                        "saved 6",
                        "reconstructed 6",
                        "written 6");
        assertThat(folder.steps()).containsExactly(3L, 4L, 6L);
        assertThat(folder.codecConfig(List.of())).isEqualTo(small());
        TrainingState state = folder.latestState();
        assertThat(state.training()).isEqualTo("reconstruction");
        assertThat(state.codec()).isEqualTo("pixels");
        assertThat(state.provenance().command()).isEqualTo("a test");

        List<MetricsLog.Entry> metrics = MetricsLog.read(folder.path().resolve("metrics.jsonl"));
        assertThat(metrics).hasSize(8);
        Map<String, Double> last = metrics.get(7).values();
        assertThat(last)
                .containsKeys(
                        "validation/all",
                        "reconstruction/psnr",
                        "reconstruction/ssim",
                        "reconstruction/psnr/first",
                        "reconstruction/ssim/2",
                        "latents/mean",
                        "latents/deviation");
        Map<String, Double> before = metrics.get(3).values();
        assertThat(last.get("reconstruction/psnr"))
                .as("PSNR, which training raises")
                .isGreaterThan(Objects.requireNonNull(before.get("reconstruction/psnr")));
        try (var files = Files.list(folder.path())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("events.out.tfevents"));
        }
    }

    /** The file says what it is and has the averaged weights of the newest checkpoint. */
    @Test
    void theCodecIsTheAverageOfTheNewestCheckpoint(@TempDir Path temp) throws InterruptedException {
        RunFolder folder = train(small("training.steps=2"), temp.resolve("run"), OPTIONS);
        assertThat(CausalAutoencoderFile.readConfig(codec(folder))).isEqualTo(small().autoencoder());
        Scopes.run(() -> {
            Map<String, Tensor> averages = folder.latestCheckpoint().ema();
            try (CausalAutoencoder read = CausalAutoencoderFile.read(codec(folder), new Device("cpu"))) {
                assertThat(read.parameters().tensors().keySet()).isEqualTo(averages.keySet());
                averages.forEach((name, average) -> assertThat(Tensors.floats(Objects.requireNonNull(
                                read.parameters().tensors().get(name))))
                        .as(name)
                        .isEqualTo(Tensors.floats(average)));
            }
        });
    }

    /** A run that is stopped and resumed ends with the same file, bit for bit, whatever became of it meanwhile. */
    @Test
    void aResumedRunIsTheSameRun(@TempDir Path temp) throws InterruptedException, IOException {
        String[] judged = {"training.loss.adversarial=0.1", "training.loss.adversarialAfter=0.3"};
        RunFolder whole = train(small(judged), temp.resolve("whole"), OPTIONS);
        Path path = temp.resolve("parts");
        boolean[] stop = new boolean[1];
        TrainingListener stopping = new TrainingListener() {
            @Override
            public void step(Progress progress) {
                stop[0] = progress.step() == 3;
            }
        };
        RunFolder parts =
                train(small(judged), path, OPTIONS.withListener(stopping).withStop(() -> stop[0]));
        assertThat(parts.latestState().step()).isEqualTo(3);
        Files.delete(codec(parts));
        try (TrainingRun run = CodecRuns.resume(path, List.of(), OPTIONS.withStop(() -> true))) {
            run.run();
        }
        assertThat(codec(parts))
                .as("brought back by a run that is stopped at once")
                .isNotEmptyFile();
        resume(path, OPTIONS);
        assertThat(codec(parts)).hasSameBinaryContentAs(codec(whole));
        for (String file : List.of("model", "ema", "optimizer")) {
            String name = file + ".safetensors";
            assertThat(parts.checkpoint(6).resolve(name))
                    .as(name)
                    .hasSameBinaryContentAs(whole.checkpoint(6).resolve(name));
        }
    }

    @Test
    void whatWouldBeAnotherRunIsRefused(@TempDir Path temp) throws InterruptedException {
        Path path = temp.resolve("run");
        RunFolder folder = train(small("training.steps=2"), path, OPTIONS);
        for (String setting : List.of("autoencoder.depth=2", "data.speed=2", "training.seed=9")) {
            assertThatThrownBy(() -> CodecRuns.resume(path, List.of(setting), OPTIONS))
                    .as(setting)
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("a codec's run keeps the autoencoder, data and seed that it has");
        }
        assertThatThrownBy(() -> CodecRuns.resume(path, List.of(), OPTIONS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is finished after 2 steps");
        assertThatThrownBy(() -> Runs.resume(path, List.of("training.steps=9"), OPTIONS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is the run of a codec");
        resume(path, OPTIONS, "training.steps=3", "training.batch=2");
        assertThat(folder.codecConfig(List.of()).training().batch()).isEqualTo(2);
        assertThat(folder.latestState().step()).isEqualTo(3);
    }

    @Test
    void aRunThatHasLeftTheFiniteNumbersKeepsTheWayBack(@TempDir Path temp) {
        Path path = temp.resolve("run");
        assertThatThrownBy(() -> train(
                        small(
                                "training.optimizer.learningRate=1000",
                                "training.optimizer.clip=.inf",
                                "training.steps=99"),
                        path,
                        OPTIONS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(" is not finite at step ")
                .hasMessageContaining("delete the folder " + path.resolve("checkpoints/step-"));
    }

    @Test
    void trainingLeavesNoNativeMemoryBehind(@TempDir Path temp) {
        List<Long> objects = new ArrayList<>();
        RunOptions options = OPTIONS.withListener(new TrainingListener() {
            @Override
            public void step(Progress progress) {
                objects.add(NativeObjects.count());
            }
        });
        String often = "training.reports={log: 1, validate: 1, validationClips: 2, sample: 1, checkpoint: 1, keep: 2}";
        NativeObjects.counting(() -> train(small(often), temp.resolve("run"), options));
        assertThat(objects).hasSize(6);
        assertThat(objects.get(5)).isEqualTo(objects.get(2));
    }
}
