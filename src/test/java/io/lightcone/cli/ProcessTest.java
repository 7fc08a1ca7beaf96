// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show: signals, and limits that the system sets. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ProcessTest {
    private static final List<String> TRAIN = List.of(
            "train --preset msc-demo --device cpu --threads 1 --set model.width=16 --set model.depth=1".split(" "));
    private static final List<String> SMALL =
            List.of(("--set data.height=16 --set data.width=16 --set data.digitSize=8 --set training.frames=5"
                            + " --set training.batch=2 --set training.minutes=0 --set training.linear=float32"
                            + " --set training.reports.validationClips=2 --set sampling.steps=2 --set sampling.given=2")
                    .split(" "));

    /** A shell that does what {@code prelude} says and then becomes the program. */
    private static ProcessBuilder program(String prelude, Path run, String... more) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", prelude + " exec \"$@\"", "sh", java));
        command.addAll(List.of("-Xmx512m", "-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(TRAIN);
        command.addAll(SMALL);
        command.addAll(List.of("--out", run.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** By the signal that a polite kill sends: what follows is the same, and no parent can have it ignored. */
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
        try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
            assertThat(checkpoints).hasSize(1).allMatch(each -> Files.exists(each.resolve("state.json")));
        }
    }

    /** A limit on the size of files stands for a disk that is full: the run ends before it trains in vain. */
    @Test
    void aDiskThatIsFullIsOneSentence(@TempDir Path temp) throws IOException, InterruptedException {
        Path run = temp.resolve("run");
        Process process = program("ulimit -f 400;", run, "--set", "training.steps=2", "--set", "model.width=64")
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(2);
        assertThat(said).doesNotContain("Exception", "\tat ");
        assertThat(said.lines().filter(line -> line.startsWith("lightcone: "))).hasSize(1);
        assertThat(said).contains("lightcone: checkpoint step-0 could not be written in " + run);
        try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
            assertThat(checkpoints).as("no half checkpoint is left").isEmpty();
        }
    }
}
