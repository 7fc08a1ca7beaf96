// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.experiment.Contender;
import io.lightcone.experiment.Continuations;
import io.lightcone.experiment.Mean;
import io.lightcone.experiment.Way;
import io.lightcone.report.Json;
import io.lightcone.report.TextTable;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Device;

/**
 * An experiment that trains contenders, lets each continue clips in its ways, and prints one table. Rows are held against the
 * first contender in the last of its ways, which is frame by frame.
 */
final class Comparison {
    private final Session session;
    private final ExperimentOptions options;
    private final DeviceOptions deviceOptions;
    private final String kind;

    /**
     * One to be run.
     *
     * @param kind what contenders differ in: the head of their column
     */
    Comparison(Session session, ExperimentOptions options, DeviceOptions deviceOptions, String kind) {
        this.session = session;
        this.options = options;
        this.deviceOptions = deviceOptions;
        this.kind = kind;
    }

    /** A line of the table. */
    private record Row(Contender contender, Way way, Continuations measured) {}

    /** Trains those that are not trained yet, measures all, and prints. */
    int call(double minutes, List<Contender> contenders) throws InterruptedException {
        Device device = deviceOptions.start();
        Training training = new Training(session, device);
        for (Contender contender : contenders) {
            training.complete(contender.config(), options.run(contender.name()));
            session.interrupts().check();
        }
        List<Row> rows = new ArrayList<>();
        for (Contender contender : contenders) {
            for (Way way : contender.ways()) {
                session.console().line("Generating: " + contender.name() + ", " + way.name());
                rows.add(new Row(contender, way, measure(contender, way, device)));
                session.interrupts().check();
            }
        }
        print(rows, minutes);
        return Main.OK;
    }

    private Continuations measure(Contender contender, Way way, Device device) {
        Path run = options.run(contender.name());
        try (TrainedModel model = TrainedModel.open(run, device, way.settings())) {
            RunConfig config = model.config();
            Runnable check = session.interrupts()::check;
            return Continuations.of(
                    model, frames -> config.data().open(frames, Places.cache(), message -> {}, check), check);
        }
    }

    private void print(List<Row> rows, double minutes) {
        if (options.json()) {
            List<Object> all = rows.stream().map(row -> json(row, rows)).toList();
            session.out().println(new Json().put("minutes", minutes).put("rows", all));
            return;
        }
        TextTable table = new TextTable()
                .row(kind, "generated", "PSNR, dB", "difference", "SSIM", "brightness", "sharpness", "ms/frame");
        for (Row row : rows) {
            Continuations measured = row.measured;
            table.row(
                    row.contender.name(),
                    row.way.name(),
                    format("%.2f", Mean.of(measured.psnr()).value()),
                    row.equals(rival(row, rows)) ? "" : withError("%+.2f", difference(row, rows)),
                    withError("%.3f", Mean.of(measured.ssim())),
                    drift(measured.early().brightness(), measured.late().brightness()),
                    drift(measured.early().sharpness(), measured.late().sharpness()),
                    format("%.1f", 1e3 * measured.secondsPerFrame()));
        }
        table.print(session.out());
        session.out()
                .printf(
                        Locale.ROOT,
                        "%nPSNR and SSIM over the first %d generated frames of %d held-out clips; repeating the last given"
                                + " frame has %.2f dB.%nDifference in dB, clip by clip, to %s with the same"
                                + " context.%nBrightness and sharpness as multiples of the truth's, in the"
                                + " first and the last %d of %d generated frames of %d clips.%n± is the standard error over clips; each model was trained once, with one seed.%nms/frame: of one clip, all"
                                + " %d going together.%n",
                        Continuations.NEAR,
                        Continuations.SCORED,
                        rows.get(0).measured.repeatLast(),
                        rows.get(0).contender.name() + ", " + baselineOrder(rows),
                        Continuations.SPAN,
                        Continuations.FAR,
                        Continuations.FOLLOWED,
                        Continuations.FOLLOWED);
        session.out().flush();
    }

    /** What a row is held against: the first contender in its last order, shown the same context. */
    private static Row rival(Row row, List<Row> rows) {
        return rows.stream()
                .filter(other -> other.contender.equals(rows.get(0).contender))
                .filter(other -> other.way.order().equals(baselineOrder(rows)))
                .filter(other -> other.way.context() == row.way.context())
                .findFirst()
                .orElseThrow();
    }

    private static String baselineOrder(List<Row> rows) {
        List<Way> ways = rows.get(0).contender.ways();
        return ways.get(ways.size() - 1).order();
    }

    private static Mean difference(Row row, List<Row> rows) {
        return Mean.ofDifferences(row.measured.psnr(), rival(row, rows).measured.psnr());
    }

    private Object json(Row row, List<Row> rows) {
        Continuations measured = row.measured;
        return new Json()
                .put(kind, row.contender.name())
                .put("order", row.way.order())
                .put("context", row.way.context())
                .put("settings", row.way.settings())
                .put("psnr", json(Mean.of(measured.psnr())))
                .put("difference", json(difference(row, rows)))
                .put("ssim", json(Mean.of(measured.ssim())))
                .put("repeatLast", measured.repeatLast())
                .put("early", json(measured.early()))
                .put("late", json(measured.late()))
                .put("secondsPerFrame", measured.secondsPerFrame())
                .map();
    }

    private static Json json(Continuations.Drift drift) {
        return new Json().put("brightness", json(drift.brightness())).put("sharpness", json(drift.sharpness()));
    }

    private static Json json(Mean mean) {
        return new Json().put("mean", mean.value()).put("error", mean.error());
    }

    private static String drift(Mean early, Mean late) {
        return format("%.2f, then ", early.value()) + withError("%.2f", late);
    }

    private static String withError(String format, Mean mean) {
        return format(format, mean.value()) + " ± " + format(format.replace("+", ""), mean.error());
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
