// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.generation.RollOut;
import io.lightcone.tensor.Libtorch;
import io.lightcone.testing.Await;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests Ctrl-C while frames are generated: it does not wait for what takes minutes, and what was generated until then
 * is kept.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class StopTest {
    /** A number of frames that no test waits for. */
    private static final String SLOW = "20000";

    private static Path run = Path.of("");

    private final Path folder;

    StopTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void train(@TempDir Path shared) {
        Libtorch.start(0);
        run = shared.resolve("run");
        assertThat(CommandLineTest.train(run).code()).isZero();
    }

    private static void press(Interrupts interrupts) {
        Thread ctrlC = new Thread(interrupts::interrupt, "Ctrl-C");
        ctrlC.setDaemon(true);
        ctrlC.start();
        Await.until("Ctrl-C to be heard", interrupts::happened);
    }

    /** Returns the answer where Ctrl-C is pressed as soon as {@code line} begins to be printed. */
    private static Answer pressedAt(String line, List<String> words) {
        StringWriter err = new StringWriter();
        try (Interrupts interrupts = new Interrupts(() -> {})) {
            PrintWriter listening = new PrintWriter(err, true) {
                @Override
                public void flush() {
                    super.flush();
                    if (err.toString().contains(line) && !interrupts.happened()) {
                        press(interrupts);
                    }
                }
            };
            return answer(words, interrupts, listening, err);
        }
    }

    /** Returns the answer where Ctrl-C is pressed while a frame is generated. */
    private static Answer pressedInAFrame(List<String> words) throws InterruptedException {
        StringWriter err = new StringWriter();
        Thread making = Thread.currentThread();
        try (Interrupts interrupts = new Interrupts(() -> {})) {
            Thread watching = new Thread(() -> {
                Await.until("a frame in the making", () -> isInRollOut(making));
                press(interrupts);
            });
            watching.start();
            Answer answer = answer(words, interrupts, new PrintWriter(err, true), err);
            watching.join();
            return answer;
        }
    }

    private static boolean isInRollOut(Thread making) {
        return Arrays.stream(making.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(RollOut.class.getName())
                        && frame.getMethodName().equals("next"));
    }

    private static Answer answer(List<String> words, Interrupts interrupts, PrintWriter toConsole, StringWriter err) {
        StringWriter out = new StringWriter();
        Session session = new Session(new PrintWriter(out, true), new Console(toConsole, false), interrupts, words);
        int code = Main.execute(Main.commandLine(session), session);
        return new Answer(code, out.toString(), err.toString());
    }

    private List<String> sample(String... more) {
        List<String> words = new ArrayList<>(List.of("sample", "--run", run.toString(), "--device", "cpu"));
        words.addAll(List.of("--out", folder.resolve("x.gif").toString()));
        words.addAll(List.of(more));
        return words;
    }

    /** The frames are denoised all together, or one by one. */
    @ParameterizedTest
    @CsvSource({"0", SLOW})
    void aFrameIsAbandonedWhereTheVideoIsNotSaved(String gap) throws InterruptedException {
        Answer answer = pressedInAFrame(sample("--frames", "3", "--gap", gap, "--steps", SLOW));
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("Stopped; nothing was generated").doesNotContain("Wrote");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aFrameIsFinishedWhereTheVideoIsSaved() throws InterruptedException {
        String state = folder.resolve("state").toString();
        Answer answer = pressedInAFrame(sample("--frames", "inf", "--steps", "100", "--save", state));
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("Stopped; what was generated is in", "resume with --resume " + state);
        Answer resumed = Answer.type(
                "sample",
                "--run",
                run.toString(),
                "--device",
                "cpu",
                "--frames",
                "1",
                "--steps",
                "100",
                "--resume",
                state,
                "--out",
                folder.resolve("y.gif").toString());
        assertThat(resumed.code()).as(resumed.err()).isZero();
    }

    private static List<String> small(String... first) {
        List<String> words = new ArrayList<>(List.of(first));
        CommandLineTest.SMALL.stream()
                .filter(setting -> !setting.contains("minutes"))
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        return words;
    }

    @Test
    void theDemoLeavesItsReportOutAndKeepsWhatWasTrained() {
        Path out = folder.resolve("demo");
        Answer answer = pressedAt(
                "Continuing clips", small("demo", "--minutes", "1", "--device", "cpu", "--out", out.toString()));
        assertThat(answer.code()).as(answer.err()).isEqualTo(Main.INTERRUPTED);
        String goOn = "lightcone sample --run " + out.resolve("run") + " --out " + out.resolve("sample.mp4");
        assertThat(answer.err()).contains(goOn).contains("Stopped.");
        assertThat(out).isDirectoryNotContaining("glob:**report.html");
        List<String> words = new ArrayList<>(List.of(goOn.split(" ")).subList(1, goOn.split(" ").length));
        words.addAll(List.of("--device", "cpu", "--frames", "2"));
        Answer sampled = Answer.type(words.toArray(String[]::new));
        assertThat(sampled.code()).as(sampled.err()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"steering, Steering digits", "levels, Generating: independent", "separable, Generating: dense-tiny"})
    void anExperimentIsNotMeasuredToItsEnd(String experiment, String line) {
        List<String> words = small("experiment", experiment, "--device", "cpu", "--out", folder.toString());
        List<String> settings = new ArrayList<>(List.of("training.frames=6"));
        if (experiment.equals("separable")) {
            settings.addAll(List.of("model.depth=6", "model.patch=8"));
        }
        settings.forEach(setting -> words.addAll(List.of("--set", setting)));
        Answer answer = pressedAt(line, words);
        assertThat(answer.code()).as(answer.err()).isEqualTo(Main.INTERRUPTED);
        assertThat(answer.err()).contains("Stopped.");
        assertThat(answer.out()).isEmpty();
    }

    @Test
    void theJudgeOfAWorldReportsWhatItHasRead() throws IOException {
        List<String> words = new ArrayList<>(List.of("experiment", "world", "--world", "pong", "--device", "cpu"));
        words.addAll(List.of("--preset", "world-msc", "--candidates", "ordinary"));
        words.addAll(List.of("--videos", "1", "--starts", "1", "--steps", "1,2"));
        words.addAll(List.of("--frames", SLOW, "--out", folder.toString()));
        List.of(
                        "model.width=16",
                        "model.depth=1",
                        "training.frames=4",
                        "training.given.frames=1",
                        "training.batch=1",
                        "training.steps=1",
                        "training.reports.validationClips=1",
                        "sampling.given=1")
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        Answer answer = pressedAt("frame 1 of " + SLOW, words);
        assertThat(answer.code()).as(answer.err()).isEqualTo(Main.INTERRUPTED);
        assertThat(answer.err()).contains("Wrote " + folder.resolve("world-pong.png"), "Stopped.");
        assertThat(answer.out()).contains("true frames", "ordinary, 1 update ").doesNotContain("2 updates");
        assertThat(Files.readString(folder.resolve("world-pong.json"))).contains("\"ordinary\"");
    }
}
