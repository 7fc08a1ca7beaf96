// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.UserFolders;
import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.experiment.SampledContinuations;
import io.lightcone.report.ContinuationReport;
import io.lightcone.report.ContinuationReport.Origin;
import io.lightcone.report.LossPlot;
import io.lightcone.report.LossPlot.Point;
import io.lightcone.run.MetricsLog;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = "Train on moving digits for a few minutes, then show how the model continues clips it never saw.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private static final String RUN = "run";

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "5", description = "Minutes to train. Default: 5.")
    private double minutes;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "demo", description = "Folder to make. Default: demo.")
    private Path out = Path.of("demo");

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting over the preset msc-demo.")
    private List<String> settings = new ArrayList<>();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        Arguments.requireMinutes(minutes);
        requireEmpty();
        LossPlot.requireFonts(); // rather than after the training
        List<String> overrides = new ArrayList<>(settings);
        overrides.add("training.minutes=" + minutes);
        RunConfig config = RunConfig.read(Presets.named("msc-demo"), null, overrides);
        Device device = deviceOptions.start();
        new TrainingRunner(session, device).start(config, out.resolve(RUN));
        if (!session.interrupts().happened()) {
            try {
                report(device);
            } catch (CancellationException e) {
                sayHowToUseTheRun();
                throw e;
            }
        }
        return Main.OK;
    }

    private void requireEmpty() {
        if (!Files.exists(out)) {
            return;
        }
        if (!Files.isDirectory(out)) {
            throw new UserException(out + " is a file; name a folder with --out DIR");
        }
        try (Stream<Path> inside = Files.list(out)) {
            if (inside.findAny().isPresent()) {
                throw new UserException("the folder " + out + " exists already; choose another with --out DIR");
            }
        } catch (IOException e) {
            throw new UserException("the folder " + out + " cannot be read; choose another with --out DIR", e);
        }
    }

    /** Shows what was learned. */
    private void report(Device device) {
        Console console = session.console();
        console.line("Continuing clips that the model has never seen ...");
        Path run = out.resolve(RUN);
        Runnable check = session.interrupts()::check;
        try (TrainedModel model = TrainedModel.open(run, device, List.of())) {
            RunConfig config = model.config();
            Continuation continuation = new Continuation(
                    model::conditionedOn,
                    model.codec(),
                    config.sampling(),
                    config.sampling().given());
            ClipDataset data = config.data()
                    .open(
                            continuation.given() + SampledContinuations.FRAMES,
                            UserFolders.cache(),
                            message -> {},
                            check);
            ContinuationReport report = new ContinuationReport(SampledContinuations.of(continuation, data, check));
            List<MetricsLog.Entry> metrics = MetricsLog.read(run.resolve("metrics.jsonl"));
            Path page = report.write(
                    out,
                    model.framesPerSecond(),
                    points(metrics, "loss"),
                    points(metrics, "validation/all"),
                    new Origin(
                            config.preset(),
                            config.diffusion().prediction(),
                            config.training().seed(),
                            RUN + "/config.yaml"));
            console.line(report.summary());
            console.line("Open " + page + " to see it; the run is in " + run + ".");
        }
    }

    /** Tells how to use the trained run, which is saved, where Ctrl-C has left out the report. */
    private void sayHowToUseTheRun() {
        Path run = out.resolve(RUN);
        session.console()
                .line("The report was left out, and the trained run is in " + run
                        + "; see what it makes with: lightcone sample --run " + run + " --out "
                        + out.resolve("sample.mp4"));
    }

    private static List<Point> points(List<MetricsLog.Entry> metrics, String name) {
        List<Point> points = new ArrayList<>();
        for (MetricsLog.Entry entry : metrics) {
            Double value = entry.values().get(name);
            if (value != null) {
                points.add(new Point(entry.step(), value));
            }
        }
        return points;
    }
}
