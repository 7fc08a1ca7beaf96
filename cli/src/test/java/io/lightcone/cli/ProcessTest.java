// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.UserException;
import io.lightcone.testing.Await;
import io.lightcone.video.VideoReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests what only a process of its own can show: signals, and limits that the system sets. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no signals, and no limit on the size of files")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ProcessTest {
    private static final List<String> TRAIN = List.of(
            "train --preset msc-demo --device cpu --threads 1 --set model.width=16 --set model.depth=1".split(" "));
    private static final List<String> SMALL =
            List.of(("--set data.height=16 --set data.width=16 --set data.digitSize=8 --set training.frames=5"
                            + " --set training.batch=2 --set training.minutes=0 --set training.linear=float32"
                            + " --set training.reports.validationClips=2 --set sampling.steps=2 --set sampling.given=2")
                    .split(" "));

    private static Path trained = Path.of("");

    /** Returns a shell that does what {@code prelude} says and then trains. */
    private static ProcessBuilder program(String prelude, Path run, String... more) {
        List<String> arguments = new ArrayList<>(TRAIN);
        arguments.addAll(SMALL);
        arguments.addAll(List.of("--out", run.toString()));
        arguments.addAll(List.of(more));
        return program(prelude, arguments).redirectErrorStream(true);
    }

    /** Returns a shell that does what {@code prelude} says and then becomes the program. */
    static ProcessBuilder program(String prelude, List<String> arguments) {
        return program(prelude, List.of(), arguments);
    }

    private static ProcessBuilder program(String prelude, List<String> options, List<String> arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", prelude + " exec \"$@\"", "sh", java));
        command.addAll(List.of("-Xmx512m", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(Main.class.getName());
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    private static Process sample(String prelude, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(
                List.of("sample", "--run", trained.toString(), "--device", "cpu", "--threads", "1", "--scale", "4"));
        arguments.addAll(List.of(more));
        return program(prelude, arguments).start();
    }

    static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Trains one run for all tests that sample, none of which changes it. */
    @BeforeAll
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    static void train(@TempDir Path folder) throws IOException, InterruptedException {
        trained = folder.resolve("trained");
        Process process = program("", trained, "--set", "training.steps=1").start();
        String said = text(process.getInputStream());
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** A video without end ends well, into a pipe whose reader has seen enough and into a file until a signal comes. */
    @Test
    void aVideoWithoutEndEndsWell(@TempDir Path temp) throws IOException, InterruptedException {
        Process piped = sample("", "--frames", "inf", "--out", "-");
        byte[] frames = piped.getInputStream().readNBytes(40 * 64 * 64);
        piped.getInputStream().close();
        String said = text(piped.getErrorStream());
        assertThat(piped.waitFor()).as(said).isEqualTo(2);
        assertThat(frames).hasSize(40 * 64 * 64);
        assertThat(said.lines().filter(line -> line.startsWith("lightcone: "))).hasSize(1);
        assertThat(said)
                .contains(
                        "-pixel_format gray -video_size 64x64",
                        "standard output cannot be written: its reader has gone away")
                .doesNotContain("Exception");

        Path video = temp.resolve("endless.mp4");
        Path state = temp.resolve("endless.state");
        Process stopped = sample("", "--frames", "inf", "--out", video.toString(), "--save", state.toString());
        awaitBytes(video, stopped);
        stopped.toHandle().destroy();
        said = text(stopped.getErrorStream());
        assertThat(stopped.waitFor()).as(said).isEqualTo(128 + 15);
        assertThat(said).contains("Stopped; what was generated is in " + video);
        Matcher saved = Pattern.compile("Saved after ([0-9,]+) frames; resume with --resume ")
                .matcher(said);
        assertThat(saved.find()).as(said).isTrue();
        assertThat(framesOf(video)).isEqualTo(Integer.parseInt(saved.group(1).replace(",", "")));
        assertThat(state).exists();
    }

    /** A paused player keeps nobody from stopping, and no frame is lost by it: those that the state counts are out. */
    @Test
    void aReaderThatStandsStillDoesNotHoldTheEnd(@TempDir Path temp) throws IOException, InterruptedException {
        int frame = 64 * 64;
        Path state = temp.resolve("paused.state");
        Process piped = sample("", "--frames", "inf", "--out", "-", "--save", state.toString());
        long read = piped.getInputStream().readNBytes(20 * frame).length;
        long full = OS.LINUX.isCurrentOs() ? 15L * frame : 3L * frame; // of the 16 pages that a pipe holds there
        Await.until("the pipe to be full", () -> piped.getInputStream().available() >= full);
        piped.toHandle().destroy();
        Await.until("the end", () -> !piped.isAlive());
        String said = text(piped.getErrorStream());
        assertThat(piped.exitValue()).as(said).isEqualTo(128 + 15);
        Matcher saved = Pattern.compile("Stopped after ([0-9,]+) frames\nSaved after \\1 frames")
                .matcher(said);
        assertThat(saved.find()).as(said).isTrue();
        read += piped.getInputStream().readAllBytes().length;
        assertThat(read / frame)
                .as(said)
                .isEqualTo(Integer.parseInt(saved.group(1).replace(",", "")));
        assertThat(state).exists();
    }

    /** Not even a signal that cannot be caught loses what was generated, except for the last moment. */
    @Test
    void aVideoWithoutEndOutlivesItsMaker(@TempDir Path temp) throws IOException, InterruptedException {
        Path video = temp.resolve("endless.mp4");
        Process killed = sample("", "--frames", "inf", "--out", video.toString());
        awaitBytes(video, killed);
        killed.toHandle().destroyForcibly();
        killed.waitFor();
        assertThat(framesOf(video)).isGreaterThan(20);
    }

    private static void awaitBytes(Path video, Process process) {
        Await.until(
                "some seconds of " + video,
                () -> !process.isAlive() || (Files.exists(video) && Files.size(video) >= 50_000));
    }

    /**
     * The same command, typed again by mistake and stopped at once, replaces nothing: the work of the night is still
     * there.
     */
    @Test
    void aStoppedVideoReplacesNoOtherFile(@TempDir Path temp) throws IOException, InterruptedException {
        Path video = temp.resolve("night.mp4");
        Process whole = sample("", "--frames", "40", "--out", video.toString());
        assertThat(whole.waitFor()).isZero();
        byte[] before = Files.readAllBytes(video);
        Process again = sample("", "--frames", "1000000", "--out", video.toString());
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = again.errorReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.startsWith("frame 1 of 1000000")) {
                    again.toHandle().destroy();
                }
            }
        }
        assertThat(again.waitFor()).as(said.toString()).isEqualTo(128 + 15);
        Path kept = temp.resolve("night-incomplete.mp4").toAbsolutePath();
        assertThat(said.toString()).contains("Stopped; what was generated is in " + kept);
        assertThat(framesOf(kept)).isPositive();
        assertThat(Files.readAllBytes(video)).isEqualTo(before);
    }

    /** A full disk loses neither the state that was saved before, nor the message that says so. */
    @Test
    void anEarlierStateOutlivesAFullDisk(@TempDir Path temp) throws IOException, InterruptedException {
        Path state = temp.resolve("a.state");
        Process first = sample("", "--frames", "3", "--out", temp.resolve("a").toString(), "--save", state.toString());
        assertThat(first.waitFor()).isZero();
        byte[] before = Files.readAllBytes(state);
        Process full = sample(
                "ulimit -f 2;",
                "--frames",
                "3",
                "--out",
                temp.resolve("b").toString(),
                "--resume",
                state.toString(),
                "--save",
                state.toString());
        String said = text(full.getErrorStream());
        assertThat(full.waitFor()).as(said).isEqualTo(2);
        assertThat(said).contains("the roll-out cannot be saved in " + state).doesNotContain("Exception");
        assertThat(Files.readAllBytes(state)).isEqualTo(before);
    }

    /** What was written before the disk was full is kept, and an earlier file stays as it was. */
    @Test
    void aVideoThatFillsTheDiskIsKept(@TempDir Path temp) throws IOException, InterruptedException {
        for (String ending : List.of("mp4", "webm", "gif")) {
            Path video = temp.resolve("full." + ending);
            for (Path kept : List.of(video, temp.resolve("full-incomplete." + ending))) {
                Process process = sample("ulimit -f 400;", "--frames", "3000", "--out", video.toString());
                String said = text(process.getErrorStream());
                assertThat(process.waitFor()).as(said).isEqualTo(2);
                assertThat(said.lines().filter(line -> line.startsWith("lightcone: ")))
                        .hasSize(1);
                assertThat(said)
                        .contains(
                                video + " cannot be written: ",
                                "what was written before that is in " + kept.toRealPath())
                        .doesNotContain("Exception");
                assertThat(framesOf(kept)).isGreaterThan(20);
            }
        }
    }

    /** Counts the frames that can be read in a file that may break off. */
    private static int framesOf(Path video) {
        int frames = 0;
        try (VideoReader reader = VideoReader.open(video, VideoReader.Options.of(64, 64, 1))) {
            while (reader.next() != null) {
                frames++;
            }
        } catch (UserException e) {
            assertThat(e)
                    .as("it breaks off")
                    .hasMessageContaining(video.getFileName().toString());
        }
        return frames;
    }

    /** The signal is the one that a polite kill sends: what follows is the same, and no parent can have it ignored. */
    @Test
    void aSignalSavesBeforeTheEnd(@TempDir Path temp) throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        Process process = program("", run, "--set", "training.steps=100000").start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.startsWith("step ")) {
                    process.toHandle().destroy(); // the process' own would close its output
                }
            }
        } finally {
            process.toHandle().destroy();
        }
        assertThat(process.waitFor()).as(said.toString()).isEqualTo(128 + 15);
        assertThat(said).contains("Stopping ...", "Stopped and saved at step ", "train --resume " + run);
        Matcher step = Pattern.compile("Stopped and saved at step (\\d+);").matcher(said);
        assertThat(step.find()).isTrue();
        assertThat(run.resolve("checkpoints/step-" + step.group(1))).isDirectory();
        try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
            assertThat(checkpoints).isNotEmpty().allMatch(each -> Files.exists(each.resolve("state.json")));
        }
    }

    /** A signal stops a sample that would take hours, of a run whose next checkpoint is far away. */
    @Test
    void aSignalIsHeardWhileASampleIsMade(@TempDir Path temp) throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        Process process = program(
                        "",
                        run,
                        "--set",
                        "training.steps=100000",
                        "--set",
                        "training.reports={log: 1, validate: 2, validationClips: 2, sample: 2, checkpoint: "
                                + "100000, keep: 2}",
                        "--set",
                        "sampling.steps=100000")
                .start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.contains("validation loss")) {
                    process.toHandle().destroy();
                }
            }
        } finally {
            process.toHandle().destroy();
        }
        assertThat(process.waitFor()).as(said.toString()).isEqualTo(128 + 15);
        assertThat(said).contains("Stopped and saved at step 2; resume with: lightcone train --resume " + run);
        assertThat(run.resolve("checkpoints/step-2/state.json")).exists();
    }

    @Test
    void aSecondProcessLeavesARunToTheFirst(@TempDir Path temp) throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        Process first = program("", run, "--set", "training.steps=100000").start();
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines = first.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.startsWith("step ") && first.isAlive()) {
                    Process second = program(
                                    "",
                                    List.of("train", "--resume", run.toString(), "--device", "cpu", "--threads", "1"))
                            .redirectErrorStream(true)
                            .start();
                    String answer = text(second.getInputStream());
                    assertThat(second.waitFor()).as(answer).isEqualTo(2);
                    assertThat(answer)
                            .contains("lightcone: run " + run + " is being trained by another process (number "
                                    + first.pid() + "); wait for it or stop it");
                    break;
                }
            }
            first.toHandle().destroy();
            String rest = lines.lines().reduce("", (a, b) -> a + b + "\n");
            assertThat(first.waitFor()).as(said + rest).isEqualTo(128 + 15);
            assertThat(rest).contains("Stopped and saved at step ");
        } finally {
            first.toHandle().destroy();
        }
    }

    /** Neither pictures nor libraries need a temporary folder; a trace would say that it has no place. */
    @Test
    void thereMayBeNoTemporaryFolder(@TempDir Path temp) throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        String none = "-Djava.io.tmpdir=" + temp.resolve("none");
        List<String> train = new ArrayList<>(TRAIN);
        train.addAll(SMALL);
        train.addAll(
                List.of("--set", "training.steps=2", "--set", "training.reports.sample=1", "--out", run.toString()));
        for (List<String> arguments : List.of(
                train,
                List.of("sample", "--run", run.toString(), "--frames", "2", "--out", temp + "/v.mp4"),
                List.of("sample", "--run", run.toString(), "--frames", "2", "--out", temp + "/images"),
                List.of("show", "plan", "--gap", "1", "--out", temp + "/plan.png"))) {
            Process process = program("", List.of(none), arguments)
                    .redirectErrorStream(true)
                    .start();
            String said = text(process.getInputStream());
            assertThat(process.waitFor()).as(said).isZero();
        }
        assertThat(run.resolve("samples")).isNotEmptyDirectory();
        assertThat(temp.resolve("images/frame-00001.png")).isNotEmptyFile();
        assertThat(temp.resolve("plan.png")).isNotEmptyFile();
        if (Files.isWritable(Path.of(System.getProperty("user.home")))) {
            assertThat(temp.resolve("none")).doesNotExist(); // else libraries are unpacked there, and so make it
        }
    }

    /**
     * For every kind of output, the message names the file and says what the system says; an earlier file is as it was.
     */
    @ParameterizedTest
    @ValueSource(strings = {"v.webp", "images", "plan.png"})
    void aFullDiskIsNamedWithTheFile(String name, @TempDir Path temp) throws IOException, InterruptedException {
        Path output = temp.resolve(name);
        List<String> arguments = name.endsWith(".png")
                ? List.of("show", "plan", "--gap", "1", "--out", output.toString())
                : List.of(
                        "sample",
                        "--run",
                        trained.toString(),
                        "--frames",
                        "40",
                        "--scale",
                        "8",
                        "--out",
                        output.toString());
        byte[] before = {1, 2, 3};
        boolean isFile = !name.equals("images");
        if (isFile) {
            Files.write(output, before);
        }
        Process process = program("ulimit -f 1;", List.of(), arguments)
                .redirectErrorStream(true)
                .start();
        String said = text(process.getInputStream());
        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said)
                .contains(output + " cannot be written: ", "ile too large")
                .doesNotContain("Exception", "!.");
        assertThat(said.lines().filter(line -> line.startsWith("lightcone: "))).hasSize(1);
        if (isFile) {
            assertThat(output).hasBinaryContent(before);
        }
    }

    /** Nothing is left of a copy that the disk has no room for, so that it can be tried again. */
    @Test
    void aCopyThatFillsTheDiskIsRemoved(@TempDir Path temp) throws IOException, InterruptedException {
        Path copy = temp.resolve("copy");
        List<String> export = List.of("export", "--run", trained.toString(), "--out", copy.toString());
        Process process =
                program("ulimit -f 32;", export).redirectErrorStream(true).start();
        String said = text(process.getInputStream());
        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said).contains("the run cannot be exported to " + copy).doesNotContain("Exception");
        assertThat(copy).doesNotExist();
    }

    /** A limit on the size of files stands for a disk that is full: the run ends before it trains in vain. */
    @Test
    void aDiskThatIsFullIsOneSentence(@TempDir Path temp) throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        Process process = program("ulimit -f 400;", run, "--set", "training.steps=2", "--set", "model.width=64")
                .start();
        String said = text(process.getInputStream());
        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said).doesNotContain("Exception", "\tat ");
        assertThat(said.lines().filter(line -> line.startsWith("lightcone: "))).hasSize(1);
        assertThat(said).contains("lightcone: checkpoint step-0 could not be written in " + run);
        try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
            assertThat(checkpoints).as("no half checkpoint is left").isEmpty();
        }
    }
}
