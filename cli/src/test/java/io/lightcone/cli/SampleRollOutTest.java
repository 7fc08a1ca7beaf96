// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static io.lightcone.cli.CommandLineTest.SMALL;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.live.SpoiledRun;
import io.lightcone.testing.Distance;
import io.lightcone.testing.RandomWeights;
import io.lightcone.video.VideoReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests videos that go on: in pieces, in pipes and without end. */
class SampleRollOutTest {
    private static final int PIXELS = 16 * 16;
    private static final int LEFT = 1;

    private static Path steered = Path.of("");
    private static Path separable = Path.of("");

    @BeforeAll
    static void train(@TempDir Path temp) {
        steered = temp.resolve("steered");
        separable = temp.resolve("separable");
        train("msc-demo", steered, "data.steering=true");
        train(
                "scd-msc-tiny",
                separable,
                "data.kind=moving-digits",
                "data.channels=1",
                "model.channels=1",
                "data.steering=true",
                "model.depth=2",
                "model.encoder=1",
                "model.patch=4",
                "model.width=32",
                "model.combine=add");
    }

    private static void train(String preset, Path run, String... settings) {
        List<String> arguments = new ArrayList<>(List.of("train", "--preset", preset, "--out", run.toString()));
        List<String> all = new ArrayList<>(SMALL);
        all.addAll(List.of(settings));
        all.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        Answer answer = type(arguments.toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isZero();
        RandomWeights.in(run, 0.2);
    }

    private static Answer sample(Path run, String... more) {
        List<String> arguments = new ArrayList<>(List.of("sample", "--run", run.toString(), "--device", "cpu"));
        arguments.addAll(Arrays.asList(more));
        return type(arguments.toArray(String[]::new));
    }

    private static void ok(Path run, String... more) {
        Answer answer = sample(run, more);
        assertThat(answer.code()).as(answer.err()).isZero();
    }

    private static void expectError(Answer answer, String... parts) {
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.err()).contains(parts).doesNotContain("Exception");
        assertThat(answer.err().lines().filter(line -> line.startsWith("lightcone: ")))
                .hasSize(1);
    }

    /** Frames generated before one that is not finite are kept, and the message names them. */
    @Test
    void aVideoThatDivergesIsKeptUntilThen(@TempDir Path temp) throws IOException {
        Path spoiled = SpoiledRun.of(steered, temp.resolve("spoiled"), "action", LEFT, Float.NaN);
        Path video = temp.resolve("video.gif");
        Path state = temp.resolve("state");
        Answer answer = sample(
                spoiled,
                "--set",
                "sampling.order=FRAME_BY_FRAME",
                "--actions",
                "stay*3,left",
                "--frames",
                "9",
                "--out",
                video.toString(),
                "--save",
                state.toString());
        expectError(answer, "What was generated is in " + video, "frame 3 (from 0) is not made of finite numbers");
        assertThat(VideoReader.read(video, VideoReader.Options.of(16, 16, 1), 9).frames())
                .isEqualTo(3);
        assertThat(state).doesNotExist();
    }

    /** A shortcut model makes frames in as many updates as it has learned to, and in no other number. */
    @Test
    void onlyUpdatesThatAModelHasLearnedAreMade(@TempDir Path temp) {
        Path run = temp.resolve("run");
        train(
                "msc-demo",
                run,
                "data.steering=true",
                "model.depth=2",
                "model.width=32",
                "model.shortcut=4",
                "sampling.steps=2");
        expectError(
                sample(run, "--steps", "3", "--out", temp.resolve("a.gif").toString()),
                "sampling.steps is 3, but a model of model.shortcut 4 learns to make a frame in 1, 2, 4 updates");
        expectError(
                sample(
                        run,
                        "--set",
                        "sampling.solver=heun",
                        "--out",
                        temp.resolve("b.gif").toString()),
                "sampling.solver is HEUN, but a model of model.shortcut above 0 learns whole updates");
        for (String steps : List.of("4", "1")) {
            ok(
                    run,
                    "--steps",
                    steps,
                    "--frames",
                    "2",
                    "--out",
                    temp.resolve(steps + ".gif").toString());
        }
    }

    private static Path file(Path folder, int frame) {
        return folder.resolve(String.format(Locale.ROOT, "frame-%05d.png", frame));
    }

    private static byte[] png(Path folder, int frame) throws IOException {
        return Files.readAllBytes(file(folder, frame));
    }

    /** A video in three pieces, with new actions on the way, is the same as in one. */
    @Test
    void aVideoResumesWhereItWasSaved(@TempDir Path temp) throws IOException {
        for (Path run : List.of(steered, separable)) {
            Path whole = temp.resolve(run.getFileName() + "-whole");
            String all = "right*3,up*2,left*3";
            ok(run, "--frames", "8", "--seed", "3", "--actions", all, "--out", whole.toString());
            String state = temp.resolve(run.getFileName() + ".state").toString();
            Path first = temp.resolve(run.getFileName() + "-1");
            ok(run, "--frames", "3", "--seed", "3", "--actions", "right*3", "--out", first.toString(), "--save", state);
            Path second = temp.resolve(run.getFileName() + "-2");
            ok(run, "--frames", "2", "--resume", state, "--actions", "up", "--out", second.toString(), "--save", state);
            Path third = temp.resolve(run.getFileName() + "-3");
            ok(run, "--frames", "3", "--resume", state, "--actions", "left", "--out", third.toString());
            for (int f = 0; f < 8; f++) {
                byte[] piece = f < 3 ? png(first, f) : f < 5 ? png(second, f - 3) : png(third, f - 5);
                assertThat(piece).as("%s, frame %d", run.getFileName(), f).isEqualTo(png(whole, f));
            }
        }
    }

    @Test
    void aSavedVideoBelongsToItsRunAndItsSettings(@TempDir Path temp) throws IOException {
        String state = temp.resolve("state").toString();
        ok(steered, "--frames", "2", "--out", temp.resolve("first.gif").toString(), "--save", state);
        String out = temp.resolve("x.gif").toString();
        expectError(
                sample(
                        steered,
                        "--resume",
                        state,
                        "--out",
                        temp.resolve("first.gif").toString()),
                "exists already; --resume makes the frames that follow");
        expectError(sample(separable, "--out", out, "--resume", state), "was saved with other weights");
        expectError(
                sample(steered, "--out", out, "--resume", state, "--steps", "3"),
                "was saved with other settings of sampling");
        expectError(sample(steered, "--out", out, "--resume", state, "--seed", "1"), "leave out", "--seed");
        expectError(sample(steered, "--out", out, "--resume", state, "--actions", "jump"), "jump");
        expectError(
                sample(steered, "--out", out, "--resume", temp.resolve("none").toString()), "does not exist");
        Path weights = steered.resolve("checkpoints/step-3/model.safetensors");
        expectError(sample(steered, "--out", out, "--resume", weights.toString()), "is no saved roll-out");
        byte[] bytes = Files.readAllBytes(Path.of(state));
        Files.write(Path.of(state), Arrays.copyOf(bytes, bytes.length - 10));
        expectError(sample(steered, "--out", out, "--resume", state), state);
    }

    /** A pipe that breaks loses only what it has not taken: the frame that it refused comes again. */
    @Test
    void aBrokenPipeLosesNoFrame(@TempDir Path temp) throws IOException {
        String state = temp.resolve("state").toString();
        int[] room = {3 * PIXELS};
        OutputStream closing = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                if (--room[0] < 0) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        assertThat(piped(closing, "--frames", "inf", "--out", "-", "--save", state))
                .isEqualTo(2);
        Path whole = temp.resolve("whole");
        ok(steered, "--frames", "5", "--out", whole.toString());
        Path rest = temp.resolve("rest");
        ok(steered, "--frames", "2", "--resume", state, "--out", rest.toString());
        assertThat(png(rest, 0)).isEqualTo(png(whole, 3));
        assertThat(png(rest, 1)).isEqualTo(png(whole, 4));
    }

    /** The pipe carries raw bytes for another program, and not a byte besides. */
    @Test
    void framesGoThroughAPipe() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(piped(bytes, "--frames", "5", "--scale", "2", "--out", "-")).isZero();
        assertThat(bytes.size()).isEqualTo(5 * 4 * PIXELS);
    }

    @Test
    void aReaderThatGoesAwayIsOneSentence() {
        int[] room = {3 * PIXELS};
        OutputStream closing = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                if (--room[0] < 0) {
                    throw new IOException("Broken pipe");
                }
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream real = System.err;
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            assertThat(piped(closing, "--frames", "inf", "--out", "-")).isEqualTo(2);
        } finally {
            System.setErr(real);
        }
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("standard output cannot be written: its reader has gone away, or its disk is full.")
                .doesNotContain("Exception");
    }

    private static int piped(OutputStream out, String... more) {
        PrintStream real = System.out;
        System.setOut(new PrintStream(out, false, StandardCharsets.UTF_8));
        try {
            List<String> arguments = new ArrayList<>(List.of("sample", "--run", steered.toString(), "--device", "cpu"));
            arguments.addAll(List.of(more));
            return Main.run(arguments.toArray(String[]::new));
        } finally {
            System.setOut(real);
        }
    }

    /** A file that is no state is not replaced by one. */
    @Test
    void aStateReplacesNoOtherFile(@TempDir Path temp) throws IOException {
        String out = temp.resolve("x.gif").toString();
        Path thesis = Files.writeString(temp.resolve("thesis.docx"), "four years of work");
        expectError(
                sample(steered, "--out", out, "--save", thesis.toString()),
                "there is a file that is no saved roll-out; choose another name");
        assertThat(thesis).hasContent("four years of work");
        expectError(sample(steered, "--out", out, "--save", out), "--save names the same file as --out, ");
        expectError(sample(steered, "--out", out, "--save", temp.toString()), "it is a folder");
        expectError(
                sample(steered, "--out", out, "--save", thesis.resolve("state").toString()),
                "something of that name stands in the way (" + thesis + ")");
        assertThat(Path.of(out)).doesNotExist();
    }

    /** A slash at the end says that this is a folder, however many there are; and no folder is written twice. */
    @Test
    void foldersAreNumberedAndNeverWrittenOver(@TempDir Path temp) throws IOException {
        String folder = temp.resolve("frames.d") + "/";
        ok(steered, "--frames", "2", "--count", "2", "--out", folder);
        assertThat(png(temp.resolve("frames.d-2"), 1)).isNotEmpty();
        expectError(
                sample(steered, "--frames", "inf", "--count", "2", "--out", folder),
                "frames.d-1 holds images already, such as frame-0000");
    }

    @Test
    void aRollOutThatCannotBeIsOneSentence(@TempDir Path temp) {
        String out = temp.resolve("x.gif").toString();
        expectError(sample(steered, "--out", out, "--scale", "1000"), "more than 8192; use a smaller scale");
        expectError(
                sample(separable, "--out", out, "--set", "sampling.memory.window=1"),
                "must be at least 2 for it to see any other, not 1");
        expectError(
                sample(separable, "--out", out, "--set", "sampling.context.generated=0.3"),
                "it learns levels up to training.separable.pastLevel, which is 0.2");
        expectError(
                sample(
                        separable,
                        "--out",
                        out,
                        "--set",
                        "sampling.guidance.history=2",
                        "--set",
                        "sampling.guidance.historyLevel=0.5"),
                "sampling.guidance.historyLevel shows the encoder frames at level 0.5");
        expectError(sample(steered, "--out", out, "--frames", "many"), "or inf for no end, not 'many'");
        expectError(sample(steered, "--out", out, "--frames", "0"), "--frames must lie between 1 and");
        expectError(sample(steered, "--out", "-", "--count", "2"), "--out - takes one video, and these are 2");
        expectError(
                sample(steered, "--out", temp.resolve("x.webp").toString(), "--frames", "inf"),
                "held in memory until its end, so it cannot be endless");
        expectError(sample(steered, "--out", out, "--frames", "inf", "--gap", "0"), "choose a gap between 1 and 2");
        expectError(sample(separable, "--out", out, "--gap", "1"), "one frame after the other");
        expectError(
                sample(steered, "--out", out, "--set", "sampling.cache=false", "--set", "sampling.memory.sinks=1"),
                "sinks are kept in the cache");
        expectError(
                sample(steered, "--out", out, "--set", "sampling.memory.window=-1"), "window must lie between 0 and");
    }

    /** Sinks, re-anchoring and a longer memory change a long video and leave its beginning alone. */
    @Test
    void memorySettingsChangeALongVideoAndNotItsBeginning(@TempDir Path temp) throws IOException {
        Path plain = temp.resolve("plain");
        ok(separable, "--frames", "12", "--out", plain.toString());
        expectError(
                sample(separable, "--out", plain.toString(), "--set", "sampling.memory.sinks=4"),
                "may be at most 3, not 4");
        expectError(
                sample(steered, "--out", plain.toString(), "--set", "sampling.memory.sinks=4"),
                "may be at most 3, not 4");
        for (String setting : List.of("sinks=1", "reanchor=4", "window=9")) {
            Path other = temp.resolve(setting);
            ok(separable, "--frames", "12", "--out", other.toString(), "--set", "sampling.memory." + setting);
            assertThat(farthest(other, plain, 0, 2)).as(setting).isLessThanOrEqualTo(1);
            assertThat(farthest(other, plain, 2, 12)).as(setting).isGreaterThan(5);
        }
    }

    /** Returns the greatest distance between two videos in the frames {@code from} to {@code to}, the last excluded. */
    private static double farthest(Path one, Path other, int from, int to) throws IOException {
        double farthest = 0;
        for (int f = from; f < to; f++) {
            farthest = Math.max(farthest, Distance.between(file(one, f), file(other, f)));
        }
        return farthest;
    }
}
