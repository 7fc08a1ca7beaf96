// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.PlayBenchmark;
import io.lightcone.benchmark.PlayBenchmark.PlayResult;
import io.lightcone.benchmark.PlayBenchmark.PlayWorkload;
import io.lightcone.report.PlayReport;
import io.lightcone.run.Machine;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "play",
        description = "Time the server of play in a process of its own, steered by the real protocol: from its start to"
                + " the page and the first frame, frames per second, and from a key to its picture.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchPlayCommand implements Callable<Integer> {
    @Option(
            names = "--run",
            paramLabel = "RUN",
            description = "Folder of the run to play. Default: the first built-in world.")
    private @Nullable Path run;

    @Option(
            names = "--viewers",
            paramLabel = "LIST",
            split = ",",
            defaultValue = "1,4",
            description = "Numbers of viewers, each with a session of its own. Default: 1,4.")
    private List<Integer> viewers = new ArrayList<>();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds for each number of viewers and each of the two measurements. Default: 10.")
    private int seconds;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Option(names = "--json", description = "Print everything as JSON, for programs.")
    private boolean json;

    private final Session session;

    BenchPlayCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        PlayWorkload workload =
                Arguments.namingOptions(() -> new PlayWorkload(server(), viewers, seconds), "viewers", "seconds");
        BenchProgress progress = new BenchProgress(session);
        PlayResult result = PlayBenchmark.run(workload, progress);
        progress.end();
        // Not before, or this process would compute while the server starts.
        Machine machine = device.start().is_cpu() ? Machine.current() : null;
        if (json) {
            session.out().println(PlayReport.json(result, machine));
        } else {
            PlayReport.print(result, machine, session.out());
        }
        return Main.OK;
    }

    /** Returns the command of this program with another command line, in a JVM with the same settings. */
    private List<String> server() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        int most = viewers.stream().mapToInt(Integer::intValue).max().orElse(1);
        command.addAll(List.of("play", "--no-browser", "--port", "0", "--sessions", String.valueOf(Math.max(1, most))));
        command.addAll(List.of("--device", device.name(), "--threads", String.valueOf(device.threads())));
        if (run != null) {
            command.addAll(List.of("--run", run.toString()));
        }
        return command;
    }
}
