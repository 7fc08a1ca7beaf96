// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.CommandLineTest.train;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.RandomWeights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what {@code train} and {@code sample} say of where their time went. */
class ProfileCommandTest {
    private static final int PIXELS = 16 * 16;

    private static Path run = Path.of("");
    private static String said = "";

    @BeforeAll
    static void trainWithProfile(@TempDir Path shared) {
        run = shared.resolve("run");
        Answer answer = train(run, "--profile", "2", "--workers", "2", "--set", "training.steps=6");
        assertThat(answer.code()).as(answer.err()).isZero();
        said = answer.err();
        RandomWeights.in(run, 0.2);
    }

    private static String table(String name) throws IOException {
        assertThat(run.resolve("profile").resolve(name + ".json")).isRegularFile();
        return Files.readString(run.resolve("profile").resolve(name + ".txt"));
    }

    @Test
    void trainPrintsTheTableAndWritesItBesideTheTrace() throws IOException {
        String table = table("steps-4-to-5");
        assertThat(said).contains(table.lines().toList()).contains("steps-4-to-5.json, which https://ui.perfetto.dev");
        assertThat(table)
                .startsWith("Where the time of 2 steps went (4 to 5): ")
                .containsPattern("\n    forwards +1 +\\d+\\.\\d\\d +\\d+\\.\\d\\d +\\d+\\.\\d %\n")
                .contains("lightcone-worker, mean of 2", "batch loader", "waiting for workers", "  other ");
        for (String section : table.split("\n\n", -1)) {
            double sum = section.lines()
                    .skip(1)
                    .filter(line -> !line.contains("in all") && line.endsWith("%"))
                    .map(line -> line.substring(0, line.length() - 2).stripTrailing())
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
            assertThat(sum)
                    .as(section)
                    .satisfiesAnyOf(
                            all -> assertThat(all).isBetween(97.0, 103.0),
                            none -> assertThat(none).isZero());
        }
    }

    @Test
    void aNumberOfStepsThatIsNoneIsRefused(@TempDir Path temp) {
        for (String number : List.of("0", "-3")) {
            Answer answer = train(temp.resolve("run"), "--profile", number);
            CommandLineTest.expectError(answer, "--profile must be 1 step or more, not " + number);
            assertThat(temp.resolve("run")).doesNotExist();
        }
    }

    /** The video is all that a program behind the pipe may find there. */
    @Test
    void aPipedVideoIsProfiledAndNothingElseIsInThePipe() throws IOException {
        ByteArrayOutputStream piped = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream notes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(piped, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(notes, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = Main.run(
                    "sample", "--run", run.toString(), "--device", "cpu", "--out", "-", "--frames", "5", "--profile");
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String all = notes.toString(StandardCharsets.UTF_8);
        assertThat(code).as(all).isZero();
        assertThat(piped.size()).isEqualTo(5 * PIXELS);
        String table = table("frames-3-to-5");
        assertThat(all).contains(table.lines().toList());
        assertThat(table)
                .startsWith("Where the time of 3 frames went (3 to 5): ")
                .contains("network", "conditions", "layer", "stepper")
                .contains("remembering frames", "decoding pictures", "writing");
    }

    @Test
    void aVideoIsTheSameWithAProfileAndIsNotWrittenOverIt(@TempDir Path temp) throws IOException {
        byte[] plain = frames(temp.resolve("plain"));
        assertThat(frames(temp.resolve("profiled"), "--profile")).isEqualTo(plain);
        String inProfile = run.resolve("profile").resolve("x.gif").toString();
        CommandLineTest.expectError(
                Answer.type("sample", "--run", run.toString(), "--device", "cpu", "--out", inProfile),
                "belongs to the run");
    }

    private static byte[] frames(Path folder, String... more) throws IOException {
        String line = "sample --run " + run + " --device cpu --frames 4 --out " + folder + " " + String.join(" ", more);
        Answer answer = Answer.typed(line.strip());
        assertThat(answer.code()).as(answer.err()).isZero();
        return Files.readAllBytes(folder.resolve("frame-00003.png"));
    }
}
