// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.attention.Grid;
import io.lightcone.benchmark.DenseSearch;
import io.lightcone.benchmark.Line;
import io.lightcone.benchmark.Line.Ratio;
import io.lightcone.benchmark.LossCheck;
import io.lightcone.benchmark.Result;
import io.lightcone.benchmark.Result.Group;
import io.lightcone.benchmark.Setting;
import io.lightcone.benchmark.StreamBenchmark.Moment;
import io.lightcone.benchmark.StreamBenchmark.Variant;
import io.lightcone.benchmark.SystemsBenchmark;
import io.lightcone.benchmark.SystemsBenchmark.Measured;
import io.lightcone.benchmark.Timing;
import io.lightcone.model.ModelConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.global.torch;

/** What the benchmarks print for people. */
public final class BenchTables {
    private final PrintWriter out;
    private final Setting setting;

    public BenchTables(PrintWriter out, Setting setting) {
        this.out = out;
        this.setting = setting;
    }

    public void results(List<Result> results) {
        heading();
        out.println(format(
                "Medians of %d rounds in turns, in ms, least and most in brackets; then how much faster this is than",
                setting.rounds()));
        out.println("another, in brackets if only useful multiply-adds took time. Backward counts twice as much as");
        out.println("forward. GFLOP/s count what is computed, masked or not; share is that of the fastest product.");
        for (Result result : results) {
            out.println();
            ceilings(result);
            for (Group group : result.groups()) {
                out.println();
                group(group);
            }
        }
    }

    private void heading() {
        ModelConfig model = setting.config().model();
        Grid grid = setting.grid();
        out.println(format(
                "%s on %d frames of %dx%d pixels: %dx%dx%d tokens of width %d; %s, %d threads",
                setting.config().preset(),
                setting.frames(),
                setting.width(),
                setting.height(),
                grid.frames(),
                grid.height(),
                grid.width(),
                model.width(),
                setting.device().str().getString(),
                torch.get_num_threads()));
    }

    private void ceilings(Result result) {
        TextTable table = new TextTable().row("Ceiling", "ms", "", "GFLOP/s");
        for (Line line : result.ceilings()) {
            table.row(line.name(), milliseconds(line.time().median()), range(line.time()), whole(line.gigaflops()));
        }
        table.print(out);
    }

    private void group(Group group) {
        List<String> yardsticks = group.lines().stream()
                .flatMap(line -> line.ratios().stream().map(Ratio::yardstick))
                .distinct()
                .toList();
        out.println(group.name());
        List<String> header = new ArrayList<>(List.of("", "ms", ""));
        yardsticks.forEach(yardstick -> header.addAll(List.of("than " + yardstick, "(ideal)")));
        header.addAll(List.of("GFLOP/s", "share"));
        TextTable table = new TextTable().row(header.toArray(String[]::new));
        for (Line line : group.lines()) {
            List<String> row = new ArrayList<>(
                    List.of("  " + line.name(), milliseconds(line.time().median()), range(line.time())));
            yardsticks.forEach(yardstick -> row.addAll(ratio(line, yardstick)));
            row.addAll(List.of(whole(line.gigaflops()), format("%.0f%%", 100 * line.share())));
            table.row(row.toArray(String[]::new));
        }
        table.print(out);
        group.notes().forEach(out::println);
    }

    private static List<String> ratio(Line line, String yardstick) {
        return line.ratios().stream()
                .filter(ratio -> ratio.yardstick().equals(yardstick))
                .map(ratio -> List.of(times(ratio.measured()), "(" + times(ratio.ideal()) + ")"))
                .findFirst()
                .orElse(List.of("", ""));
    }

    /** How dense attention was computed, and how else it could have been. */
    public void ways(String title, DenseSearch search) {
        out.println();
        TextTable table = new TextTable().row(title, "ms");
        for (DenseSearch.Tried each : search.tried()) {
            table.row(
                    "  " + each.way().name(),
                    milliseconds(each.milliseconds()),
                    each.way().equals(search.best()) ? "best" : "");
        }
        table.print(out);
    }

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

    public void variants(List<Variant> variants, int calls, String linear) {
        heading();
        out.println(format(
                "Frame by frame, %d %s of the network and one to commit, large products in %s.",
                calls, calls == 1 ? "call" : "calls", linear));
        out.println("Medians, and the speed of a float32 product at the time.");
        TextTable table = new TextTable().row("", "frame", "ms", "", "GFLOP/s", "resident", "cache", "(counted)");
        for (Variant variant : variants) {
            for (Moment moment : List.of(variant.early(), variant.late())) {
                table.row(
                        moment.frame() == variant.early().frame() ? variant.name() : "",
                        String.valueOf(moment.frame()),
                        milliseconds(moment.time().median()),
                        range(moment.time()),
                        whole(moment.gigaflops()),
                        Units.bytes(moment.resident()),
                        Units.bytes(moment.cache()),
                        "(" + Units.bytes(moment.predicted()) + ")");
            }
        }
        out.println();
        table.print(out);
        out.println();
        TextTable growth = new TextTable().row("From early to late", "time", "resident", "cache a frame", "(counted)");
        for (Variant variant : variants) {
            growth.row(
                    variant.name(),
                    times(variant.slowdown()),
                    format("%+.1f%%", 100 * variant.residentGrowth()),
                    Units.bytes(Math.round(variant.cacheGrowth())),
                    "(" + Units.bytes(Math.round(variant.predictedGrowth())) + ")");
        }
        growth.print(out);
        out.println();
        for (Variant variant : variants) {
            out.println(variant.name());
            variant.branches().forEach(branch -> out.println("  " + branch.summary()));
        }
    }

    public void systems(List<Measured> systems, SystemsBenchmark.Plan plan, String linear) {
        heading();
        out.println(format(
                "Frames of %d calls each, looking back %d frames, large products in %s.%nMedians of %d, in turns; the"
                        + " first frame once.",
                plan.calls(), plan.context() - 1, linear, setting.rounds()));
        TextTable table = new TextTable()
                .row(
                        "",
                        "layers",
                        "parameters",
                        "first frame, ms",
                        "frame, ms",
                        "",
                        "frames/s",
                        "faster",
                        "weights",
                        "cache");
        for (Measured each : systems) {
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
                    times(each.speedup()),
                    Units.bytes(each.weightBytes()),
                    Units.bytes(each.cacheBytes()));
        }
        out.println();
        table.print(out);
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
