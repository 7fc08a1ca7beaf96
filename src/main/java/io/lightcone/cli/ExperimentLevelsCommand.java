// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.experiment.Contender;
import io.lightcone.experiment.Continuations;
import io.lightcone.experiment.LevelsExperiment;
import io.lightcone.experiment.Way;
import io.lightcone.training.RunConfig;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Datasets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "levels",
        description = {
            "Train with independent, FoPP's and synchronous noise levels on moving digits, for as long each, then generate"
                    + " in several orders and compare with the truth.",
            "Runs that are in DIR already are gone on with, or only measured if they have ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentLevelsCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Folder for the runs.")
    private Path out = Path.of("");

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "20",
            description = "Minutes to train each. Default: 20.")
    private double minutes;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting over all of them; may be repeated.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--json", description = "Print the table as JSON, for programs.")
    private boolean json;

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentLevelsCommand(Session session) {
        this.session = session;
    }

    /** A line of the table. */
    private record Row(Contender contender, Way way, Continuations measured) {}

    @Override
    public Integer call() throws InterruptedException {
        if (!Double.isFinite(minutes) || minutes <= 0) {
            throw new UserException("--minutes must be a number above 0, not " + minutes);
        }
        List<Contender> contenders = LevelsExperiment.contenders(minutes, settings);
        Device device = deviceOptions.start();
        Training training = new Training(session, device);
        for (Contender contender : contenders) {
            training.complete(contender.config(), out.resolve(contender.name()));
            session.interrupts().check();
        }
        List<Row> rows = new ArrayList<>();
        for (Contender contender : contenders) {
            for (Way way : LevelsExperiment.ways(contender.config())) {
                session.console().line("Generating: " + contender.name() + ", " + way.name());
                rows.add(new Row(contender, way, measure(contender, way, device)));
                session.interrupts().check();
            }
        }
        print(rows);
        return Main.OK;
    }

    private Continuations measure(Contender contender, Way way, Device device) {
        Path run = out.resolve(contender.name());
        try (TrainedModel model = TrainedModel.open(run, device, way.settings())) {
            RunConfig config = model.config();
            return Continuations.of(
                    model, frames -> Datasets.open(config.data(), frames, Places.cache(), message -> {}));
        }
    }

    private void print(List<Row> rows) {
        if (json) {
            session.out()
                    .println(new Json()
                            .put("minutes", minutes)
                            .put("rows", rows.stream().map(this::json).toList()));
            return;
        }
        TextTable table =
                new TextTable().row("levels", "order", "PSNR, dB", "SSIM", "brightness", "sharpness", "ms/frame");
        for (Row row : rows) {
            Continuations measured = row.measured;
            table.row(
                    row.contender.name(),
                    row.way.name(),
                    format("%.2f", measured.psnr()),
                    format("%.3f", measured.ssim()),
                    format("%.2f", measured.brightness()),
                    format("%.2f", measured.sharpness()),
                    format("%.1f", 1e3 * measured.secondsPerFrame()));
        }
        table.print(session.out());
        session.out()
                .printf(
                        Locale.ROOT,
                        "%nPSNR and SSIM over the first %d generated frames of %d held-out clips (repeating the last given"
                                + " frame: %.2f dB); brightness and sharpness of generated frames %d to %d as multiples of"
                                + " the truth's, over %d clips.%n",
                        Continuations.NEAR,
                        Continuations.SCORED,
                        rows.get(0).measured.repeatLast(),
                        Continuations.FAR - Continuations.LATE + 1,
                        Continuations.FAR,
                        Continuations.FOLLOWED);
        session.out().flush();
    }

    private Object json(Row row) {
        Continuations measured = row.measured;
        return new Json()
                .put("levels", row.contender.name())
                .put("order", row.way.name())
                .put("settings", row.way.settings())
                .put("psnr", measured.psnr())
                .put("ssim", measured.ssim())
                .put("repeatLast", measured.repeatLast())
                .put("brightness", measured.brightness())
                .put("sharpness", measured.sharpness())
                .put("secondsPerFrame", measured.secondsPerFrame())
                .map();
    }

    private static String format(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
