// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static io.lightcone.cli.CommandLineTest.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the command that distils a run, and what the other commands do with the result. */
class DistillCommandTest {
    private static Path run = Path.of("");

    @BeforeAll
    static void trainOnce(@TempDir Path shared) {
        run = shared.resolve("run");
        String past = "training.separable.pastLevel=0.2";
        Answer answer = CommandLineTest.train(run, "--set", "model.depth=2", "--set", "model.encoder=1", "--set", past);
        assertThat(answer.code()).as(answer.err()).isZero();
    }

    private static Answer distil(Path from, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("distill", "--run", from.toString(), "--out", out.toString()));
        arguments.addAll(List.of("--device", "cpu", "--set", "training.minutes=0", "--set", "training.steps=2"));
        arguments.addAll(List.of(more));
        return type(arguments.toArray(String[]::new));
    }

    @Test
    void aDistilledRunIsSampledInFewUpdatesAndResumed(@TempDir Path temp) throws IOException {
        Path few = temp.resolve("few");
        Answer answer = distil(run, few);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .contains("Distilling the decoder of " + run + ", as it is after 3 steps")
                .contains("step 2  checkpoint saved");
        assertThat(Files.readString(few.resolve("config.yaml"))).contains("solver: consistency", "levels: 48");
        for (String steps : List.of("1", "2", "4")) {
            Path video = temp.resolve("in-" + steps + ".gif");
            Answer sampled = type(
                    "sample",
                    "--run",
                    few.toString(),
                    "--out",
                    video.toString(),
                    "--frames",
                    "3",
                    "--steps",
                    steps,
                    "--device",
                    "cpu");
            assertThat(sampled.code()).as(sampled.err()).isZero();
            assertThat(video).isNotEmptyFile();
        }
        Answer resumed = type("train", "--resume", few.toString(), "--device", "cpu", "--set", "training.steps=4");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("Resuming " + few + " from step 2").contains("step 4  checkpoint saved");
    }

    @Test
    void whatCannotBeDistilledIsOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("out");
        expectError(distil(temp.resolve("none"), out), "none is not a run folder: it does not exist");
        Path plain = temp.resolve("plain");
        assertThat(CommandLineTest.train(plain).code()).isZero();
        expectError(distil(plain, out), "run " + plain + " has no encoder", "such as the preset scd-tiny");
        expectError(distil(run, plain), plain + " exists already; choose another --out, or resume it: train --resume");
        expectError(distil(run, run.resolve("samples/few")), "belongs to the run " + run + " itself", "--out");
        expectError(distil(run, out, "--set", "model.width=32"), "a distilled run has the model, data, codec");
        expectError(distil(run, out, "--set", "training.consistency.levels=1"), "between 2 and 1000");
        expectError(distil(run, out, "--workers", "-1"), "--workers must be 0 or more, not -1");
        expectError(type("distill", "--out", out.toString()), "--run", "lightcone distill --help");
        assertThat(out).doesNotExist();
        assertThat(type("distill", "--help").out()).startsWith("Usage: lightcone distill");
    }
}
