// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static io.lightcone.cli.CommandLineTest.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the training that begins with a trained run. */
class FineTuningCommandTest {
    private static Path run = Path.of("");

    @BeforeAll
    static void trainOnce(@TempDir Path shared) {
        run = shared.resolve("run");
        Answer answer = CommandLineTest.train(run);
        assertThat(answer.code()).as(answer.err()).isZero();
    }

    private static Answer fineTune(Path from, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--from", from.toString()));
        arguments.addAll(List.of("--out", out.toString(), "--device", "cpu"));
        arguments.addAll(List.of(more));
        return type(arguments.toArray(String[]::new));
    }

    @Test
    void anExportedRunIsTrainedOnOtherData(@TempDir Path temp) {
        Path exported = temp.resolve("exported");
        Answer export = type("export", "--run", run.toString(), "--out", exported.toString());
        assertThat(export.code()).as(export.err()).isZero();
        Path tuned = temp.resolve("tuned");
        Answer answer = fineTune(exported, tuned, "--data", "moving-digits", "--set", "data.digitCount=2");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .contains("Beginning with the weights of " + exported + ", as they are after 3 steps")
                .contains("step 3  checkpoint saved");
        Answer resumed = type("train", "--resume", tuned.toString(), "--device", "cpu", "--set", "training.steps=4");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("Resuming " + tuned + " from step 3").contains("step 4  checkpoint saved");
    }

    @Test
    void whatDoesNotGoTogetherIsOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("out");
        expectError(fineTune(temp.resolve("none"), out), "none is not a run folder: it does not exist");
        expectError(
                fineTune(run, out, "--preset", "msc-tiny"), "--from takes the configuration of that run", "--preset");
        expectError(fineTune(run, out, "--codec", "patches:2"), "--from takes the codec from the run", "--codec");
        Path other = temp.resolve("other");
        assertThat(fineTune(run, other).code()).isZero();
        expectError(
                fineTune(run, other), other + " exists already; choose another --out, or resume it: train --resume");
        expectError(fineTune(run, run.resolve("samples/on")), "belongs to the run " + run + " itself", "--out");
        expectError(fineTune(run, out, "--set", "model.width=32"), "has its model, codec and diffusion");
        expectError(type("train", "--from", run.toString()), "say where the run goes with --out RUN");
        expectError(
                type("train", "--from", run.toString(), "--resume", run.toString()),
                "--resume continues with the weights of the run, so leave out --from");
        assertThat(out).doesNotExist();
    }
}
