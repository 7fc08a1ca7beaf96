// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.benchmark.MatmulPrecision;
import io.lightcone.benchmark.StreamBenchmark;
import io.lightcone.benchmark.StreamBenchmark.Variant;
import io.lightcone.benchmark.SystemsBenchmark;
import io.lightcone.benchmark.SystemsBenchmark.SystemKind;
import io.lightcone.benchmark.SystemsBenchmark.SystemResult;
import io.lightcone.benchmark.Workload;
import io.lightcone.report.BenchJson;
import io.lightcone.report.BenchTables;
import io.lightcone.run.Presets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "stream",
        description = {
            "Time a video in the making, frame by frame, early and late, with its memory, for several kinds of cache.",
            "Those with a limit look back as many frames as the clip has (--frames).",
            "With --systems: whole frames of one causal transformer and of encoder and decoder (SCD), dense "
                    + "and multi-scale."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class BenchStreamCommand implements Callable<Integer> {
    private static final int CALLS_OF_SYSTEMS = 50;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(
            names = "--until",
            paramLabel = "F",
            defaultValue = "2000",
            description = "The late frame, to be compared with frame 50. Default: 2000.")
    private int until;

    @Option(
            names = "--calls",
            paramLabel = "N",
            description =
                    "Calls of the network per frame, before the one that commits it. Default: 1, or 50 with --systems.")
    private @Nullable Integer calls;

    @Option(
            names = "--systems",
            paramLabel = "LIST",
            split = ",",
            description = "Instead, time frames of these systems in turns, the first as the yardstick: dense, msc, scd,"
                    + " scd-msc. They have the width and depth of the preset, and look back as many "
                    + "frames as the clip has.")
    private List<String> systems = new ArrayList<>();

    @Option(
            names = "--rounds",
            paramLabel = "R",
            defaultValue = "5",
            description = "With --systems: frames of each that are timed. Default: 5.")
    private int rounds;

    private final Session session;

    BenchStreamCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        return systems.isEmpty() ? cache() : systems();
    }

    private int cache() {
        Workload workload = options.workload(() -> Presets.named(Presets.DEFAULT), 1);
        int perFrame = calls == null ? 1 : calls;
        StreamBenchmark.StreamWorkload generation = Arguments.namingOptions(
                () -> new StreamBenchmark.StreamWorkload(until, perFrame, workload.latentFrames()), "until", "calls");
        BenchProgress progress = new BenchProgress(session);
        List<Variant> variants = StreamBenchmark.run(workload, generation, progress);
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.stream(workload, generation, linear(workload), variants));
        } else {
            new BenchTables(session.out(), workload).variants(variants, perFrame, linear(workload));
        }
        return Main.OK;
    }

    private int systems() {
        List<SystemKind> kinds = systems.stream()
                .map(name -> Arguments.choice("--systems", name.strip(), SystemKind.class))
                .toList();
        Workload workload = options.workload(() -> Presets.named(Presets.DEFAULT), rounds);
        SystemsBenchmark.SystemsWorkload generation = Arguments.namingOptions(
                () -> new SystemsBenchmark.SystemsWorkload(
                        kinds, workload.latentFrames(), calls == null ? CALLS_OF_SYSTEMS : calls),
                "calls",
                "frames");
        BenchProgress progress = new BenchProgress(session);
        List<SystemResult> measured = SystemsBenchmark.run(workload, generation, progress);
        progress.end();
        if (options.json()) {
            session.out().println(BenchJson.systems(workload, generation, linear(workload), measured));
        } else {
            new BenchTables(session.out(), workload).systems(measured, generation, linear(workload));
        }
        return Main.OK;
    }

    private static String linear(Workload workload) {
        return MatmulPrecision.of(workload.config().training().linear()).label();
    }
}
