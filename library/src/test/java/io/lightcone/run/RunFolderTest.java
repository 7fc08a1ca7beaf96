// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a run's folder keeps its checkpoints through crashes, full disks and second writers. */
class RunFolderTest {
    /** A crash, which nothing in the code under test may catch. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final String PROVENANCE =
            "\"provenance\":{\"version\":\"\",\"command\":\"\",\"dataFingerprint\":\"\",\"created\":\"\"}";
    private static final String GOOD_STATE =
            "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12," + PROVENANCE + "}";

    private FileSystem files;
    private PointerScope scope;

    @BeforeEach
    void open() {
        files = Jimfs.newFileSystem(Configuration.unix());
        scope = new PointerScope();
    }

    @AfterEach
    void close() throws IOException {
        scope.close();
        files.close();
    }

    /** Returns a checkpoint whose every tensor is filled with {@code value}. */
    static Checkpoint filled(long step, double value, long size) {
        return new Checkpoint(
                Map.of("w", full(value, size), "b", full(value, 1)),
                Map.of("w", full(value, size)),
                Map.of(),
                Map.of(),
                new TrainingState(
                        step,
                        42,
                        1.5,
                        12,
                        "halves 5f3c",
                        "distillation",
                        new Provenance("0.1.0", "train \"x\"", "abc", "2026-11-21T00:00:00Z", "", "", "")),
                null);
    }

    private static Tensor full(double value, long size) {
        return torch.ones(size).mul(new Scalar(value));
    }

    private static double value(Checkpoint checkpoint) {
        return Stream.of(checkpoint.model(), checkpoint.ema())
                .flatMap(tensors -> tensors.values().stream())
                .mapToDouble(tensor -> tensor.mean().item_double())
                .reduce((a, b) -> a == b ? a : Double.NaN)
                .orElseThrow();
    }

    private static Checkpoint read(Path checkpoints, long step) throws IOException {
        return CheckpointFiles.read(checkpoints.resolve("step-" + step), step);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aRunIsCreatedAndOpened() throws IOException {
        Path path = files.getPath("runs/a");
        RunFolder run = RunFolder.create(path, "name: a\n");
        assertThat(names(path)).containsExactly("checkpoints", "config.yaml", "samples");
        assertThat(run.steps()).isEmpty();
        RunFolder opened = RunFolder.open(path);
        assertThat(path.resolve("config.yaml")).hasContent("name: a\n");
        assertThat(opened.samples()).isEqualTo(path.resolve("samples")).isDirectory();
        assertThat(opened.path()).isEqualTo(path);
    }

    @Test
    void aFolderThatExistsIsNotOverwritten() throws IOException {
        Path path = files.getPath("runs/a");
        RunFolder.create(path, "name: a\n").saveCheckpoint(filled(0, 1, 2));
        assertThatThrownBy(() -> RunFolder.create(path, "name: b\n"))
                .isInstanceOf(UserException.class)
                .hasMessage("runs/a exists already; choose another folder, or resume the run if it is one");
        Path file = Files.writeString(files.getPath("f"), "x");
        assertThatThrownBy(() -> RunFolder.create(file, "")).hasMessageStartingWith("f exists already");
        assertThatThrownBy(() -> RunFolder.create(file.resolve("g"), ""))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("the run folder f/g cannot be made: ");
        Path empty = Files.createDirectory(files.getPath("empty"));
        RunFolder.create(empty, "name: c\n");
        assertThat(empty.resolve("config.yaml")).hasContent("name: c\n");
    }

    /**
     * A run that never began, since the disk was full or the process was killed, does not stop a new one by the same
     * command.
     */
    @Test
    void aNewRunMayReplaceOneThatNeverBegan() throws IOException {
        Path path = files.getPath("a");
        RunFolder.create(path, "name: a\n");
        Files.createDirectory(path.resolve("checkpoints/.step-0.partial"));
        Files.writeString(path.resolve(".lock"), "");
        RunFolder.create(path, "name: b\n");
        assertThat(path.resolve("config.yaml")).hasContent("name: b\n");
        for (String precious : List.of("notes.txt", "samples/a.gif", "checkpoints/.step-1.replaced")) {
            Path file = Files.writeString(path.resolve(precious), "x");
            assertThatThrownBy(() -> RunFolder.create(path, "name: c\n"))
                    .as(precious)
                    .hasMessageStartingWith("a exists already");
            Files.delete(file);
        }
    }

    /** A checkpoint that its writer has set aside for a moment is no leftover of a crash. */
    @Test
    void aReaderRepairsNothingWhileSomebodyWrites(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("a");
        RunFolder.create(path, "").saveCheckpoint(filled(2, 1, 2));
        Path place = path.resolve("checkpoints/step-2");
        Path aside = path.resolve("checkpoints/.step-2.replaced");
        Files.move(place, aside);
        try (RunLock writer = RunLock.take(path)) {
            RunFolder.open(path);
            assertThat(aside).isDirectory();
        }
        RunFolder.open(path);
        assertThat(place).isDirectory();
        assertThat(aside).doesNotExist();
    }

    @Test
    void aSecondWriterOfARunIsRefused(@TempDir Path folder) throws IOException {
        RunFolder.create(folder.resolve("a"), "");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));
        try (RunLock first = RunLock.take(folder.resolve("a"))) {
            for (Path path : List.of(folder.resolve("a"), link, folder.resolve("x/../a"))) {
                Files.createDirectories(folder.resolve("x"));
                assertThatThrownBy(() -> RunLock.take(path))
                        .isInstanceOf(UserException.class)
                        .hasMessage("run " + path + " is being trained by this program already");
            }
            assertThat(isLocked(folder.resolve("a/.lock")))
                    .as("by the system, whose lock ends where the file is opened and closed again")
                    .isTrue();
            first.close();
            RunLock second = RunLock.take(link);
            first.close(); // takes nothing from the second
            assertThatThrownBy(() -> RunLock.take(link)).isInstanceOf(UserException.class);
            second.close();
        }
    }

    /** Returns whether this process has a lock on {@code file}; where the system does not say, the answer is yes. */
    private static boolean isLocked(Path file) throws IOException {
        Path locks = Path.of("/proc/locks");
        if (!Files.isReadable(locks)) {
            return true;
        }
        String number = ":" + Files.getAttribute(file, "unix:ino") + " ";
        String process = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(locks).stream().anyMatch(line -> line.contains(number) && line.contains(process));
    }

    @Test
    void aFolderThatIsNoRunIsNamed() throws IOException {
        Path path = files.getPath("x");
        assertThatThrownBy(() -> RunFolder.open(path))
                .isInstanceOf(UserException.class)
                .hasMessage("x is not a run folder: it does not exist");
        Files.createDirectory(path);
        assertThatThrownBy(() -> RunFolder.open(path)).hasMessage("x is not a run folder: config.yaml is missing");
        Files.writeString(path.resolve("config.yaml"), "");
        assertThatThrownBy(() -> RunFolder.open(path)).hasMessage("x is not a run folder: checkpoints/ is missing");
        assertThatThrownBy(() -> RunFolder.open(path.resolve("config.yaml")))
                .hasMessage("x/config.yaml is not a run folder: it is a file");
    }

    @Test
    void aCheckpointIsReadBack() throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        Checkpoint saved = filled(100, 1, 10);
        run.saveCheckpoint(saved);
        Checkpoint read = run.latestCheckpoint();
        assertThat(read.state()).isEqualTo(saved.state());
        assertThat(value(read)).isEqualTo(1);
        assertThat(read.optimizer()).isEmpty();
        assertThat(names(files.getPath("a/checkpoints/step-100")))
                .containsExactly("ema.safetensors", "model.safetensors", "optimizer.safetensors", "state.json");
        assertThat(Files.readString(files.getPath("a/checkpoints/step-100/state.json")))
                .contains(
                        "\"step\" : 100",
                        "\"codec\" : \"halves 5f3c\"",
                        "\"training\" : \"distillation\"",
                        "\"dataFingerprint\" : \"abc\"");
    }

    /** Checkpoints were of pixels and of denoising before their state said so. */
    @Test
    void aStateThatNamesNeitherCodecNorTrainingIsOfPixelsAndDenoising() throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        run.saveCheckpoint(filled(200, 2, 1));
        Path state = files.getPath("a/checkpoints/step-200/state.json");
        assertThat(run.latestState().codec()).isEqualTo("halves 5f3c");
        assertThat(run.latestState().training()).isEqualTo("distillation");
        Files.writeString(state, GOOD_STATE);
        assertThat(run.latestState().codec()).isEqualTo("pixels");
        assertThat(run.latestState().training()).isEqualTo("denoising");
        assertThat(run.latestState().framesPerSecond()).isEqualTo(12);
    }

    @Test
    void aRunFolderWorksOnARealDisk(@TempDir Path folder) {
        RunFolder run = RunFolder.create(folder.resolve("run"), "");
        run.saveCheckpoint(filled(1, 1, 1000));
        run.saveCheckpoint(filled(1, 2, 1000));
        assertThat(value(run.latestCheckpoint())).isEqualTo(2);
        run.saveCheckpoint(filled(2, 3, 1000));
        run.keep(1);
        assertThat(RunFolder.open(folder.resolve("run")).steps()).containsExactly(2L);
    }

    @Test
    void stepsAreSortedAsNumbersAndOldOnesDeleted() throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        assertThatThrownBy(run::latestCheckpoint)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("there is no checkpoint in a/checkpoints yet");
        for (int step : new int[] {1000, 9, 200}) {
            run.saveCheckpoint(filled(step, step, 1));
        }
        assertThat(run.steps()).containsExactly(9L, 200L, 1000L);
        assertThat(value(run.latestCheckpoint())).isEqualTo(1000);
        run.keep(5);
        assertThat(run.steps()).hasSize(3);
        run.keep(2);
        assertThat(names(files.getPath("a/checkpoints"))).containsExactly("step-1000", "step-200");
        assertThatThrownBy(() -> run.keep(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCrashAtAnyInstantLeavesAWholeCheckpoint() throws IOException {
        for (long newStep : new long[] {200, 100}) { // beside the old one, and in its place
            int crashes = 0;
            for (boolean ended = false; !ended; crashes++) {
                ended = !crashAt(crashes, newStep);
            }
            assertThat(crashes).as("steps of a save").isGreaterThan(9);
        }
    }

    /** Stops the save of {@code newStep} before its step number {@code stop}; returns false if it has fewer. */
    private boolean crashAt(int stop, long newStep) throws IOException {
        Path folder = Files.createDirectory(files.getPath("crash-" + newStep + "-" + stop));
        new CheckpointStore(folder).save(filled(100, 1, 100));
        int[] left = {stop};
        boolean crashed = false;
        try {
            new CheckpointStore(folder, step -> {
                        if (left[0]-- == 0) {
                            throw new Crash();
                        }
                    })
                    .save(filled(newStep, 2, 100));
        } catch (Crash e) {
            crashed = true;
        }
        CheckpointStore after = new CheckpointStore(folder);
        after.restore();
        double latest = value(after.latest());
        if (newStep == 100) {
            assertThat(latest).as("the old or the new one").isIn(1.0, 2.0);
        } else {
            assertThat(value(read(folder, 100))).isEqualTo(1);
            assertThat(latest).isEqualTo(after.steps().contains(newStep) ? 2 : 1);
        }
        assertThat(crashed || latest == 2).isTrue();
        after.save(filled(300, 3, 100));
        assertThat(value(after.latest())).isEqualTo(3);
        assertThat(names(folder)).allMatch(name -> name.startsWith("step-"));
        return crashed;
    }

    @Test
    void aHalfWrittenFileIsIgnoredAndRemoved() throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        run.saveCheckpoint(filled(100, 1, 1000));
        run.saveCheckpoint(filled(200, 2, 1000));
        Path checkpoints = files.getPath("a/checkpoints");
        Path whole = checkpoints.resolve("step-200");
        byte[] model = Files.readAllBytes(whole.resolve("model.safetensors"));
        Path partial = checkpoints.resolve(".step-300.partial");
        for (int length = 0; length < model.length; length += 997) {
            Files.createDirectories(partial);
            Files.write(partial.resolve("model.safetensors"), Arrays.copyOf(model, length));
            RunFolder resumed = RunFolder.open(files.getPath("a"));
            assertThat(resumed.steps()).containsExactly(100L, 200L);
            assertThat(value(resumed.latestCheckpoint())).isEqualTo(2);
        }
        run.saveCheckpoint(filled(400, 4, 1));
        assertThat(names(checkpoints)).containsExactly("step-100", "step-200", "step-400");
    }

    @Test
    void aFailureAtAnyInstantIsReportedAndCleanedUp() throws IOException {
        for (int stop = 0; stop < 9; stop++) {
            Path folder = Files.createDirectory(files.getPath("fail-" + stop));
            new CheckpointStore(folder).save(filled(100, 1, 100));
            int[] left = {stop};
            CheckpointStore failing = new CheckpointStore(folder, step -> {
                if (left[0]-- == 0) {
                    throw new IOException("the cable is out");
                }
            });
            assertThatThrownBy(() -> failing.save(filled(200, 2, 100)))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("checkpoint step-200 could not be written in " + folder
                            + ": the cable is out; the checkpoint of step ")
                    .hasMessageEndingWith(" is whole");
            assertThat(names(folder)).allMatch(name -> name.startsWith("step-"));
            assertThat(value(read(folder, 100))).isEqualTo(1);
        }
    }

    @Test
    void aFullDiskIsSeenBeforeWriting() throws IOException {
        try (FileSystem small = Jimfs.newFileSystem(
                Configuration.unix().toBuilder().setMaxSize(1_000_000).build())) {
            RunFolder run = RunFolder.create(small.getPath("a"), "");
            assertThatThrownBy(() -> run.saveCheckpoint(filled(50, 1, 1_000_000)))
                    .hasMessageEndingWith(" free; there is no earlier checkpoint");
            run.saveCheckpoint(filled(100, 1, 10_000));
            assertThatThrownBy(() -> run.saveCheckpoint(filled(200, 2, 1_500_000)))
                    .isInstanceOf(UserException.class)
                    .hasMessageMatching("no room on the disk for checkpoint step-200 in a/checkpoints:"
                            + " 13 MB needed, \\d+ kB free; the checkpoint of step 100 is whole");
            assertThat(value(run.latestCheckpoint())).isEqualTo(1);
            assertThat(names(small.getPath("a/checkpoints"))).containsExactly("step-100");
        }
    }

    /** The file system counts in blocks of 8 KiB, so the last small file does not fit although its bytes would. */
    @Test
    void aDiskThatFillsUpWhileWritingLosesNothing() throws IOException {
        try (FileSystem small = Jimfs.newFileSystem(
                Configuration.unix().toBuilder().setMaxSize(8 * 8192).build())) {
            RunFolder run = RunFolder.create(small.getPath("a"), "x: 1\n");
            run.saveCheckpoint(filled(100, 1, 10));
            assertThatThrownBy(() -> run.saveCheckpoint(filled(200, 2, 10)))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith("checkpoint step-200 could not be written in a/checkpoints: ")
                    .hasMessageContaining("space")
                    .hasMessageEndingWith("; the checkpoint of step 100 is whole");
            assertThat(value(run.latestCheckpoint())).isEqualTo(1);
            assertThat(names(small.getPath("a/checkpoints"))).containsExactly("step-100");
            assertThatThrownBy(() -> run.saveCheckpoint(filled(100, 3, 10))).isInstanceOf(UserException.class);
            assertThat(value(run.latestCheckpoint())).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"model.safetensors", "ema.safetensors", "optimizer.safetensors", "state.json"})
    void aDamagedCheckpointIsNeverPassedOverInSilence(String file) throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        run.saveCheckpoint(filled(100, 1, 100));
        run.saveCheckpoint(filled(200, 2, 100));
        Path damaged = files.getPath("a/checkpoints/step-200").resolve(file);
        byte[] bytes = Files.readAllBytes(damaged);
        Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(run::latestCheckpoint)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(damaged + " is ")
                .hasMessageEndingWith("; the checkpoint of step 100 is whole: to resume from it, delete the folder "
                        + "a/checkpoints/step-200");
        Files.delete(damaged);
        assertThatThrownBy(run::latestCheckpoint).hasMessageStartingWith(damaged + " does not exist; ");
        Files.delete(files.getPath("a/checkpoints/step-100/model.safetensors"));
        assertThatThrownBy(run::latestCheckpoint).hasMessageEndingWith("; no earlier checkpoint is whole");
    }

    @Test
    void averagedWeightsAreReadWithoutTheOtherTensors() throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        run.saveCheckpoint(filled(100, 1, 100));
        Checkpoint saved = filled(200, 2, 100);
        run.saveCheckpoint(saved);
        Path step = files.getPath("a/checkpoints/step-200");
        Files.delete(step.resolve("model.safetensors"));
        Files.write(step.resolve("optimizer.safetensors"), new byte[3]);
        AveragedWeights average = run.latestAveragedWeights();
        assertThat(average.state()).isEqualTo(saved.state());
        assertThat(average.weights()).containsOnlyKeys("w");
        assertThat(Objects.requireNonNull(average.weights().get("w")).mean().item_double())
                .isEqualTo(2);
        Path ema = step.resolve("ema.safetensors");
        Files.write(ema, Arrays.copyOf(Files.readAllBytes(ema), 50));
        assertThatThrownBy(run::latestAveragedWeights)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(ema + " is ")
                .hasMessageEndingWith("; the checkpoint of step 100 is whole: to resume from it, delete the folder "
                        + "a/checkpoints/step-200");
        Files.writeString(step.resolve("state.json"), "");
        assertThatThrownBy(run::latestAveragedWeights).hasMessageStartingWith(step.resolve("state.json") + " is ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12}",
                "{\"step\":100,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12," + PROVENANCE + "}",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":-1,\"framesPerSecond\":12," + PROVENANCE + "}",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":0," + PROVENANCE + "}",
                "{\"step\":\"200\",\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12," + PROVENANCE + "}",
                "{\"step\":200,\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12," + PROVENANCE + "}",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12,\"codec\":null," + PROVENANCE
                        + "}",
                "{\"step\":200.5,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12," + PROVENANCE + "}",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12,\"x\":1," + PROVENANCE + "}",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12,"
                        + "\"provenance\":{\"version\":null,"
                        + "\"command\":\"\",\"dataFingerprint\":\"\",\"created\":\"\"}}",
                "{\"step\":200,\"seed\":1,\"secondsTrained\":1,\"framesPerSecond\":12," + PROVENANCE + "} x"
            })
    void theStateIsReadStrictly(String json) throws IOException {
        RunFolder run = RunFolder.create(files.getPath("a"), "");
        run.saveCheckpoint(filled(200, 2, 1));
        Path state = files.getPath("a/checkpoints/step-200/state.json");
        Files.writeString(state, GOOD_STATE);
        assertThat(run.latestCheckpoint().state().secondsTrained()).isEqualTo(1);
        Files.writeString(state, json);
        assertThatThrownBy(run::latestCheckpoint)
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(state + " is ");
    }
}
