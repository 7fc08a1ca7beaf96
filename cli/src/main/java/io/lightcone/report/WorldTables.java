// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import io.lightcone.experiment.JudgedModel;
import io.lightcone.experiment.Mean;
import io.lightcone.experiment.WorldQuality;
import io.lightcone.experiment.WorldQuality.Distance;
import io.lightcone.experiment.WorldQuality.Return;
import io.lightcone.experiment.WorldQuality.Span;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Prints what the judge of a world has found as tables, true frames first. */
public final class WorldTables {
    private static final String NOTHING = "-";

    private final WorldReport report;
    private final PrintWriter out;
    private final List<JudgedModel> rows = new ArrayList<>();

    private WorldTables(WorldReport report, PrintWriter out) {
        this.report = report;
        this.out = out;
        rows.add(report.truth());
        rows.addAll(report.models());
    }

    /** Prints all tables, and what their columns mean. */
    public static void print(WorldReport report, PrintWriter out) {
        WorldTables tables = new WorldTables(report, out);
        tables.summary();
        tables.stretches(
                "readable",
                span -> percent(span.readable()),
                worst -> percent(worst.readable().value()));
        Function<Span, String> broken = span -> number("%.1f", span.brokenPerThousand());
        tables.stretches("broken/1,000", broken, broken);
        Function<Span, String> obedience = span -> percent(span.obedience());
        tables.stretches("obedience", obedience, obedience);
        tables.rules();
        tables.errors();
        tables.returns();
        out.flush();
    }

    private void summary() {
        TextTable table = new TextTable()
                .row(
                        report.world(),
                        "readable",
                        "broken/1,000",
                        "obedience",
                        "PSNR at 1, dB",
                        "at 10",
                        "ms/frame",
                        "steps");
        for (JudgedModel row : rows) {
            WorldQuality quality = row.quality();
            Span whole = quality.whole();
            table.row(
                    row.label(),
                    percent(whole.readable()),
                    number("%.1f", whole.brokenPerThousand()),
                    percent(whole.obedience()),
                    psnr(quality, 1),
                    psnr(quality, 10),
                    number("%.1f", 1e3 * quality.secondsPerFrame()),
                    row.updates() == 0 ? NOTHING : String.format(Locale.ROOT, "%,d", row.steps()));
        }
        table.print(out);
        out.printf(
                Locale.ROOT,
                """

                Readable: the share of frames that show a state, of %s each of %d held-out plays under the actions of \
                a scripted player; ± is the standard error over videos.
                Broken rules per 1,000 frames that are read and follow one that is; obedience of frames where that can \
                be told.
                PSNR to the simulator's picture under the same actions, of %d other plays. ms/frame: of one video \
                alone, median.
                """,
                Units.counted(report.extent().frames(), "frame"),
                report.extent().videos(),
                report.extent().starts());
    }

    private static String psnr(WorldQuality quality, int frame) {
        return quality.distances().stream()
                .filter(distance -> distance.frame() == frame)
                .map(distance -> number("%.2f", distance.psnr().value()))
                .findFirst()
                .orElse(NOTHING);
    }

    /** Prints a measure of the stretches before the milestones over all videos, and of the worst one of any video. */
    private void stretches(String measure, Function<Span, String> ofAll, Function<Span, String> ofWorst) {
        List<Span> longest = rows.stream()
                .map(row -> row.quality().spans())
                .max((one, other) -> one.size() - other.size())
                .orElse(List.of());
        List<String> head = new ArrayList<>(List.of(measure));
        longest.forEach(span -> head.add(range(span)));
        head.add("worst " + WorldQuality.SPAN);
        TextTable table = new TextTable().row(head.toArray(String[]::new));
        for (JudgedModel row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.label()));
            List<Span> spans = row.quality().spans();
            longest.forEach(column -> cells.add(spans.stream()
                    .filter(span -> span.from() == column.from() && span.to() == column.to())
                    .map(ofAll)
                    .findFirst()
                    .orElse(NOTHING)));
            Span worst = row.quality().worst();
            cells.add(ofWorst.apply(worst) + " (" + range(worst) + ")");
            table.row(cells.toArray(String[]::new));
        }
        out.println();
        table.print(out);
    }

    private void rules() {
        Map<String, String[]> broken = new TreeMap<>();
        for (int i = 0; i < rows.size(); i++) {
            int column = i + 1;
            rows.get(i)
                    .quality()
                    .brokenPerThousand()
                    .forEach((rule, perThousand) ->
                            broken.computeIfAbsent(rule, this::noNumbers)[column] = number("%.1f", perThousand));
        }
        if (broken.isEmpty()) {
            return;
        }
        List<String> head = new ArrayList<>(List.of("broken per 1,000 frames"));
        rows.forEach(row -> head.add(row.label()));
        TextTable table = new TextTable().row(head.toArray(String[]::new));
        broken.values().forEach(table::row);
        out.println();
        table.print(out);
    }

    private String[] noNumbers(String rule) {
        String[] cells = new String[rows.size() + 1];
        Arrays.fill(cells, "0.0");
        cells[0] = rule;
        return cells;
    }

    private void errors() {
        List<Distance> columns = report.truth().quality().distances();
        List<String> head = new ArrayList<>(List.of("error against the simulator", "of"));
        columns.forEach(column -> head.add("at frame " + column.frame()));
        TextTable table = new TextTable().row(head.toArray(String[]::new));
        for (JudgedModel row : rows) {
            List<Distance> distances = row.quality().distances();
            measures(distances.stream().map(Distance::errors).toList()).forEach(measure -> {
                List<String> cells = new ArrayList<>(List.of(row.label(), measure));
                distances.forEach(distance -> cells.add(withError("%.2f", distance.errors(), measure)));
                table.row(cells.toArray(String[]::new));
            });
            List<String> cells = new ArrayList<>(List.of(row.label(), "readable"));
            distances.forEach(distance -> cells.add(percent(distance.readable())));
            table.row(cells.toArray(String[]::new));
        }
        out.println();
        table.print(out);
    }

    private void returns() {
        if (report.truth().quality().returns().isEmpty()) {
            return;
        }
        TextTable table =
                new TextTable().row("away and back", "from frame", "steps", "PSNR, dB", "both read", "difference");
        for (JudgedModel row : rows) {
            for (Return trip : row.quality().returns()) {
                List<String> differences = trip.differences().keySet().stream()
                        .map(measure -> measure + " " + withError("%.2f", trip.differences(), measure))
                        .toList();
                table.row(
                        row.label(),
                        "" + trip.after(),
                        "" + trip.steps(),
                        number("%.2f", trip.psnr().value()) + " ± "
                                + number("%.2f", trip.psnr().error()),
                        percent(trip.readable()),
                        String.join(", ", differences));
            }
        }
        out.println();
        table.print(out);
    }

    private static List<String> measures(List<Map<String, Mean>> measured) {
        return measured.stream()
                .flatMap(each -> each.keySet().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static String range(Span span) {
        return String.format(Locale.ROOT, "%,d to %,d", span.from(), span.to());
    }

    private static String withError(String format, Map<String, Mean> means, String measure) {
        Mean mean = means.get(measure);
        return mean == null ? NOTHING : number(format, mean.value()) + " ± " + number(format, mean.error());
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, format, value);
    }

    private static String percent(Mean share) {
        return number("%.1f", 100 * share.value()) + " ± " + number("%.1f", 100 * share.error()) + " %";
    }

    private static String percent(double share) {
        return number("%.1f %%", 100 * share);
    }
}
