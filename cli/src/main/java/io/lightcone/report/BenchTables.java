// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.attention.Grid;
import io.lightcone.benchmark.BenchmarkResult;
import io.lightcone.benchmark.BenchmarkResult.ContestantGroup;
import io.lightcone.benchmark.DenseSearch;
import io.lightcone.benchmark.LossCheck;
import io.lightcone.benchmark.MatmulPrecision;
import io.lightcone.benchmark.Measurement;
import io.lightcone.benchmark.Measurement.Ratio;
import io.lightcone.benchmark.MemoryBenchmark.MemoryResult;
import io.lightcone.benchmark.NeighbourBenchmark.NeighbourResult;
import io.lightcone.benchmark.StreamBenchmark.FrameMeasurement;
import io.lightcone.benchmark.StreamBenchmark.Variant;
import io.lightcone.benchmark.SystemsBenchmark;
import io.lightcone.benchmark.SystemsBenchmark.SystemResult;
import io.lightcone.benchmark.Timing;
import io.lightcone.benchmark.Workload;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.TrainingMemory;
import io.lightcone.run.Machine;
import io.lightcone.tensor.Processor;
import io.lightcone.tensor.Profile;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/** Prints the results of benchmarks as tables for people, in at most 100 columns. */
public final class BenchTables {
    private final PrintWriter out;
    private final Workload workload;

    /** Prepares tables of the results for one workload. */
    public BenchTables(PrintWriter out, Workload workload) {
        this.out = out;
        this.workload = workload;
    }

    /** Prints the times of contestants that ran in turns, with ratios, speeds and shares of the ceiling. */
    public void results(List<BenchmarkResult> results) {
        heading();
        out.println(format(
                "Medians of %d rounds in turns, in ms, least and most in brackets; then how much faster this is than",
                workload.rounds()));
        out.println("another, in brackets if only useful multiply-adds took time. Backward counts twice as much as");
        out.println("forward. GFLOP/s count what is computed, masked or not; share is that of the fastest product, by");
        out.println("what is computed and by useful multiply-adds alone.");
        for (BenchmarkResult result : results) {
            out.println();
            ceilings(result);
            for (ContestantGroup group : result.groups()) {
                out.println();
                group(group);
            }
        }
    }

    private void heading() {
        ModelConfig model = workload.config().model();
        Grid grid = workload.grid();
        out.println(format(
                "%s on %d frames of %dx%d pixels: %dx%dx%d tokens of width %d;%n%s (%s), %d threads",
                workload.config().preset(),
                workload.frames(),
                workload.width(),
                workload.height(),
                grid.frames(),
                grid.height(),
                grid.width(),
                model.width(),
                workload.device().str().getString(),
                Processor.name(),
                torch.get_num_threads()));
        if (workload.device().is_cpu()) {
            Machine machine = Machine.current();
            out.println("libtorch " + machine.libtorch() + "; as measured: "
                    + String.join(String.format(";%n"), machine.findings()) + ".");
        }
    }

    private void ceilings(BenchmarkResult result) {
        TextTable table = new TextTable().row("Ceiling", "ms", "", "GFLOP/s");
        for (Measurement measurement : result.ceilings()) {
            table.row(
                    measurement.name(),
                    milliseconds(measurement.time().median()),
                    range(measurement.time()),
                    whole(measurement.gigaflops()));
        }
        table.print(out);
    }

    private void group(ContestantGroup group) {
        List<String> baselines = group.measurements().stream()
                .flatMap(measurement -> measurement.ratios().stream().map(Ratio::baseline))
                .distinct()
                .toList();
        out.println(group.name());
        List<String> header = new ArrayList<>(List.of("", "ms", ""));
        baselines.forEach(baseline -> {
            header.add("than " + baseline);
            if (costsOtherwise(group, baseline)) {
                header.add("(ideal)");
            }
        });
        header.addAll(List.of("GFLOP/s", "share"));
        TextTable table = new TextTable().row(header.toArray(String[]::new));
        for (Measurement measurement : group.measurements()) {
            List<String> row = new ArrayList<>(List.of(
                    "  " + measurement.name(), milliseconds(measurement.time().median()), range(measurement.time())));
            baselines.forEach(baseline -> row.addAll(ratio(measurement, baseline, costsOtherwise(group, baseline))));
            row.addAll(List.of(
                    whole(measurement.gigaflops()),
                    format("%.0f/%.0f%%", 100 * measurement.share(), 100 * measurement.usefulShare())));
            table.row(row.toArray(String[]::new));
        }
        table.print(out);
        group.notes().forEach(out::println);
    }

    /** Returns whether a baseline computes more or less than others do, so that there is an ideal ratio to it. */
    private static boolean costsOtherwise(ContestantGroup group, String baseline) {
        return group.measurements().stream()
                .flatMap(measurement -> measurement.ratios().stream())
                .anyMatch(ratio -> ratio.baseline().equals(baseline) && ratio.ideal() != 1);
    }

    private static List<String> ratio(Measurement measurement, String baseline, boolean ideal) {
        return measurement.ratios().stream()
                .filter(ratio -> ratio.baseline().equals(baseline))
                .map(ratio -> ideal
                        ? List.of(times(ratio.measured()), "(" + times(ratio.ideal()) + ")")
                        : List.of(times(ratio.measured())))
                .findFirst()
                .orElse(ideal ? List.of("", "") : List.of(""));
    }

    /** Prints how dense attention was computed, and how else it could have been. */
    public void implementations(String title, DenseSearch search) {
        out.println();
        TextTable table = new TextTable().row(title, "ms");
        for (DenseSearch.Trial each : search.tried()) {
            table.row(
                    "  " + each.implementation().name(),
                    milliseconds(each.milliseconds()),
                    each.implementation().equals(search.best()) ? "best" : "");
        }
        table.print(out);
    }

    /** Prints how far the losses of the fast and the plain implementations differ. */
    public void losses(LossCheck check) {
        out.println();
        out.println(format(
                "%d steps on moving digits from the same seed; means of %d losses fall from %.4f to %.4f.",
                check.float32().size(), check.window(), check.start(), check.end()));
        out.println(format(
                "They differ by at most %.2g%% between bfloat16 and float32, and by %.2g%% between two runs in float32",
                100 * check.largestRelative(), 100 * check.rounding()));
        out.println(format(
                "that differ in rounding alone: attention by tiles and by one mask. Each of the first %d losses of",
                Math.min(LossCheck.FIRST, check.reference().size())));
        out.println(format("these two differs by at most %.2g.", check.largestAbsolute()));
    }

    /** Prints the time and memory of an early and a late frame for each variant of the cache. */
    public void variants(List<Variant> variants, int calls, String linear) {
        heading();
        out.println(format(
                "Frame by frame, %d %s of the network and one to commit, large products in %s.",
                calls, calls == 1 ? "call" : "calls", linear));
        out.println("Medians, and the speed of the best large product at the time. Share is that of this speed, by");
        out.println("useful multiply-adds of the layers.");
        TextTable table = new TextTable().row("", "frame", "ms", "", "GFLOP/s", "resident", "cache", "(counted)");
        for (Variant variant : variants) {
            for (FrameMeasurement frame : List.of(variant.early(), variant.late())) {
                table.row(
                        frame.frame() == variant.early().frame() ? variant.name() : "",
                        String.valueOf(frame.frame()),
                        milliseconds(frame.time().median()),
                        range(frame.time()),
                        whole(frame.gigaflops()),
                        Units.bytes(frame.resident()),
                        Units.bytes(frame.cache()),
                        "(" + Units.bytes(frame.predicted()) + ")");
            }
        }
        out.println();
        table.print(out);
        out.println();
        TextTable growth = new TextTable()
                .row("From early to late", "time", "resident", "cache a frame", "(counted)", "late: fps", "share");
        for (Variant variant : variants) {
            growth.row(
                    variant.name(),
                    times(variant.slowdown()),
                    format("%+.1f%%", 100 * variant.residentGrowth()),
                    Units.bytes(Math.round(variant.cacheGrowth())),
                    "(" + Units.bytes(Math.round(variant.predictedGrowth())) + ")",
                    format("%.1f", variant.late().framesPerSecond()),
                    format("%.0f%%", 100 * variant.late().share()));
        }
        growth.print(out);
        Map<String, Map<String, Double>> parts = new LinkedHashMap<>();
        variants.forEach(variant -> parts.put(variant.name(), variant.parts()));
        parts(parts);
        out.println();
        for (Variant variant : variants) {
            out.println(variant.name());
            variant.branches().forEach(branch -> out.println("  " + branch.summary()));
        }
    }

    /** Prints the times and memory of whole systems. */
    public void systems(List<SystemResult> systems, SystemsBenchmark.SystemsWorkload generation, String linear) {
        heading();
        out.println(format(
                "Frames of %d calls each, looking back %d frames, large products in %s.%nMedians of %d, in turns; the"
                        + " first frame once. Share is that of the best large product, by useful%nmultiply-adds of the"
                        + " layers.",
                generation.calls(), generation.context() - 1, linear, workload.rounds()));
        TextTable table = new TextTable()
                .row(
                        "",
                        "layers",
                        "params",
                        "first, ms",
                        "frame, ms",
                        "",
                        "fps",
                        "share",
                        "faster",
                        "weights",
                        "cache");
        for (SystemResult each : systems) {
            int encoder = each.model().encoder();
            int depth = each.model().depth();
            table.row(
                    EnumNames.of(each.kind()),
                    encoder == 0 ? String.valueOf(depth) : encoder + " + " + (depth - encoder),
                    Units.count(each.parameters()),
                    milliseconds(each.firstFrame()),
                    milliseconds(each.frame().median()),
                    range(each.frame()),
                    format("%.2f", 1e3 / each.frame().median()),
                    format("%.0f%%", 100 * each.share()),
                    times(each.speedup()),
                    Units.bytes(each.weightBytes()),
                    Units.bytes(each.cacheBytes()));
        }
        out.println();
        table.print(out);
        Map<String, Map<String, Double>> parts = new LinkedHashMap<>();
        systems.forEach(each -> parts.put(EnumNames.of(each.kind()), each.parts()));
        parts(parts);
    }

    /** Prints where the time of a frame goes, for each of several kinds of frames, by name, that were recorded. */
    private void parts(Map<String, Map<String, Double>> frames) {
        List<String> names = frames.values().stream()
                .flatMap(each -> each.keySet().stream())
                .distinct()
                .sorted(Comparator.comparing(Profile.OTHER::equals)) // stays in order, but that is last
                .toList();
        if (names.isEmpty()) {
            return;
        }
        TextTable table = new TextTable();
        table.row(Stream.concat(Stream.of("Where a frame's time goes, ms"), frames.keySet().stream())
                .toArray(String[]::new));
        for (String name : names) {
            table.row(columns("  " + name, frames, each -> {
                Double milliseconds = each.get(name);
                return milliseconds == null ? "" : format("%.2f", milliseconds);
            }));
        }
        table.row(columns(
                "  in all",
                frames,
                each -> format(
                        "%.2f",
                        each.values().stream().mapToDouble(Double::doubleValue).sum())));
        out.println();
        table.print(out);
    }

    private static String[] columns(
            String name, Map<String, Map<String, Double>> frames, Function<Map<String, Double>, String> column) {
        return Stream.concat(Stream.of(name), frames.values().stream().map(column))
                .toArray(String[]::new);
    }

    /** Prints the rates beside busy processes, and the share of the quiet rate that is left. */
    public void neighbours(List<NeighbourResult> results) {
        heading();
        out.println(format(
                "Rates beside busy processes, a core each, large products in %s: medians of %d rounds in",
                MatmulPrecision.of(workload.config().training().linear()).label(), workload.rounds()));
        out.println("turns, and the share of the quiet rate that is left.");
        TextTable table = new TextTable().row("", "per second", "none", "one", "", "two", "");
        for (NeighbourResult result : results) {
            List<String> row = new ArrayList<>(List.of(result.name(), result.unit()));
            for (int processes = 0; processes < result.beside().size(); processes++) {
                row.add(rate(result.beside().get(processes).median()));
                if (processes > 0) {
                    row.add(format("%.0f%%", 100 * result.share(processes)));
                }
            }
            table.row(row.toArray(String[]::new));
        }
        out.println();
        table.print(out);
    }

    /** Prints the memory of training steps as predicted, part by part, and as measured. */
    public void memory(int steps, MemoryResult result) {
        heading();
        TrainingMemory.Step step = result.step();
        out.println(format(
                "Training on %d %s a step%s, large products in %s, workers: %d, parts: %d%s.",
                step.batch(),
                step.batch() == 1 ? "clip" : "clips",
                step.draws() == 1 ? "" : " with " + step.draws() + " draws",
                MatmulPrecision.of(workload.config().training().linear()).label(),
                step.workers(),
                step.accumulate(),
                step.recompute() ? ", layers recomputed" : ""));
        out.println("Memory, measured as the most that was resident in " + steps + (steps == 1 ? " step" : " steps")
                + " above what the process had before.");
        TrainingMemory predicted = result.predicted();
        out.println();
        new TextTable()
                .row("", "predicted", "measured", "predicted/measured")
                .row("  weights", Units.bytes(predicted.weights()))
                .row("  gradients", Units.bytes(predicted.gradients()))
                .row("  optimiser", Units.bytes(predicted.optimizer()))
                .row("  moving average", Units.bytes(predicted.average()))
                .row("  activations", Units.bytes(predicted.activations()))
                .row("  scratch", Units.bytes(predicted.scratch()))
                .row(
                        "all",
                        Units.bytes(predicted.total()),
                        Units.bytes(result.measured()),
                        format("%.2f", result.ratio()))
                .print(out);
    }

    private static String rate(double value) {
        return format(value < 10 ? "%.2f" : "%.1f", value);
    }

    private static String milliseconds(double value) {
        return format(value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String range(Timing time) {
        return "(" + milliseconds(time.least()) + " - " + milliseconds(time.most()) + ")";
    }

    private static String times(double ratio) {
        return format(ratio < 9.995 ? "%.2fx" : "%.1fx", ratio);
    }

    private static String whole(double value) {
        return format("%.0f", value);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
