// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static io.lightcone.cli.CommandLineTest.expectError;
import static io.lightcone.cli.CommandLineTest.train;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConditionsCommandTest {
    private static Path run = Path.of("");
    private static Path plain = Path.of("");

    @BeforeAll
    static void trainOnce(@TempDir Path shared) {
        run = shared.resolve("steered");
        Answer answer =
                train(run, "--set", "data.labels=true", "--set", "data.steering=true", "--set", "training.steps=2");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("steered) from fonts, in 10 classes");
        plain = shared.resolve("plain");
        assertThat(train(plain, "--set", "training.steps=1").code()).isZero();
    }

    private static Answer sample(Path of, Path out, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("sample", "--run", of.toString(), "--device", "cpu", "--frames", "4", "--out", out.toString()));
        arguments.addAll(Arrays.asList(more));
        return type(arguments.toArray(String[]::new));
    }

    @Test
    void namesOfClassesAndActionsAreSavedWithTheRun() throws IOException {
        assertThat(Files.readString(run.resolve("config.yaml")))
                .contains("classes: [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]")
                .contains("actions: [stay, left, right, up, down]");
        assertThat(Files.readString(plain.resolve("config.yaml"))).contains("classes: []", "actions: []");
        Answer resumed = type("train", "--resume", run.toString(), "--device", "cpu", "--set", "training.steps=3");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        expectError(
                type("train", "--resume", run.toString(), "--device", "cpu", "--set", "data.labels=false"),
                "a run keeps the model, data, codec, diffusion and seed that it has");
    }

    @Test
    void aClassAndActionsAreSampled(@TempDir Path temp) {
        Answer answer = sample(run, temp.resolve("a.gif"), "--class", "7", "--actions", "right*2, up");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(temp.resolve("a.gif")).isNotEmptyFile();
        Answer goesOn = sample(
                run, temp.resolve("b.gif"), "--start", temp.resolve("a.gif").toString(), "--actions", "down * 4");
        assertThat(goesOn.code()).as(goesOn.err()).isZero();
        Answer whatever = sample(run, temp.resolve("c.gif"), "--count", "2");
        assertThat(whatever.code()).as(whatever.err()).isZero();
    }

    /** The actions of a clip that is continued are those of the lines beside it, as far as its frames are given. */
    @Test
    void aClipIsContinuedWithItsActions(@TempDir Path temp) throws IOException {
        Path clip = temp.resolve("a.gif");
        Path lines = temp.resolve("a.jsonl");
        assertThat(sample(run, clip).code()).isZero();
        String left = "{\"action\":\"left\"}";
        String none = "{\"action\":null}";
        Files.write(lines, List.of("{}", left, "{\"action\":\"jump\"}"));
        Path recorded = temp.resolve("recorded");
        String[] given = {"--start", clip.toString(), "--given", "2", "--record", recorded.toString()};
        assertThat(sample(run, temp.resolve("b.gif"), given).code()).isZero();
        assertThat(Files.readAllLines(recorded.resolve("sample-1.jsonl")))
                .containsExactly(none, left, none, none, none, none);
        assertThat(sample(plain, temp.resolve("c.gif"), given).code()).isZero();

        Path out = temp.resolve("x.gif");
        expectError(
                sample(run, out, "--start", clip.toString(), "--given", "3"),
                lines + ", line 3: the action 'jump' is not one of those that the run knows, which are stay, left,");
        Files.write(lines, List.of("{}", left));
        expectError(
                sample(run, out, "--start", clip.toString(), "--given", "3"),
                lines + " has 2 lines, but frame 3 of " + clip + " is given; there must be one line for each frame");
        assertThat(out).doesNotExist();
    }

    @Test
    void badConditionsAreOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("x.gif");
        expectError(
                sample(run, out, "--class", "ten"),
                "this run knows no class named 'ten'; valid are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9");
        expectError(sample(plain, out, "--class", "7"), "this run knows no classes; leave out --class");
        expectError(
                sample(run, out, "--actions", "left*2,rihgt"),
                "this run knows no action named 'rihgt' (did you mean right?); valid are stay, left, right, up, down");
        expectError(sample(run, out, "--actions", ""), "this run knows no action named ''; valid are stay");
        expectError(sample(run, out, "--actions", "left,,up"), "this run knows no action named ''");
        expectError(sample(run, out, "--actions", "left*0"), "repeats 'left' 0 times");
        expectError(sample(run, out, "--actions", "left*x"), "no action named 'left*x'");
        expectError(
                sample(run, out, "--actions", "left*3,up*2"), "--actions is for 5 frames, but only 4 are generated");
        expectError(sample(plain, out, "--actions", "left"), "this run knows no actions; leave out --actions");
        assertThat(out).doesNotExist();
    }

    @Test
    void badDataForConditionsIsOneSentence(@TempDir Path temp) {
        Path target = temp.resolve("r");
        expectError(
                train(target, "--set", "data.labels=true", "--set", "data.digitCount=3"),
                "data is not valid",
                "digitCount must be 1 or 2, not 3");
        expectError(
                train(target, "--data", temp.toString(), "--set", "data.steering=true"),
                "data.steering in setting data.steering=true is a key of kind moving-digits, but data.kind is videos");
        expectError(
                train(target, "--set", "model.classes=[cat, dog]", "--set", "data.labels=true"),
                "model.classes is cat, dog, but the data has the classes 0, 1");
        expectError(train(target, "--set", "model.classes=[cat, dog]"), "but the data has no classes");
        expectError(train(target, "--set", "training.conditionDropout=1"), "conditionDropout", "not 1.0");
        assertThat(target).doesNotExist();
    }
}
