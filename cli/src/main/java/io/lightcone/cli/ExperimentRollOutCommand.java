// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.experiment.Contender;
import io.lightcone.experiment.LongRollOut;
import io.lightcone.experiment.LongRollOut.Station;
import io.lightcone.experiment.Mean;
import io.lightcone.experiment.RollOutExperiment;
import io.lightcone.report.Json;
import io.lightcone.report.TextTable;
import io.lightcone.report.Units;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rollout",
        description = {
            "Train a model on moving digits for 30 minutes, then let it go on for 10,000 frames, and report whether the digits"
                    + " are digits still, and what a frame costs in time and memory.",
            "A run that is in DIR already is gone on with, or only rolled out if it has ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentRollOutCommand implements Callable<Integer> {
    private static final double MINUTES = 30;

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = RollOutExperiment.NAME,
            description =
                    "Which model: endless, which is made for this; one of 'experiment separable', dense-tiny, scd-tiny or"
                            + " scd-msc-tiny; or any other run in DIR, which is rolled out as it is. Default: endless.")
    private String model = "";

    @Option(names = "--frames", paramLabel = "F", defaultValue = "10000", description = "How far. Default: 10000.")
    private int frames;

    @Option(
            names = "--sampling",
            paramLabel = "KEY=VALUE",
            description = "A setting of the roll-out alone, such as sampling.memory.sinks=2; may be repeated.")
    private List<String> sampling = new ArrayList<>();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentRollOutCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        Arguments.requireWithin(
                "--frames",
                frames,
                LongRollOut.SETTLED + LongRollOut.SPAN,
                Integer.MAX_VALUE - 1L - LongRollOut.FOR_TIME);
        TrainedModel.requireOfSampling(sampling);
        double minutes = options.minutes(MINUTES);
        Path run = options.run(model);
        Device device;
        if (!RollOutExperiment.names().contains(model) && Files.isDirectory(run)) {
            Arguments.require(
                    !options.changesTraining(),
                    run + " has been trained already, so --minutes and --set change nothing; leave them out, or choose"
                            + " how it is rolled out with --sampling");
            device = deviceOptions.start();
        } else {
            Contender contender = RollOutExperiment.contender(model, minutes, options.settings());
            RunConfig generating = RunConfig.read(contender.config(), null, sampling);
            Arguments.checked(() -> LongRollOut.plan(generating));
            device = deviceOptions.start();
            new Training(session, device).complete(contender.config(), run);
            session.interrupts().check();
        }
        try (TrainedModel trained = TrainedModel.open(run, device, sampling)) {
            requireDigits(trained.config());
            Arguments.checked(() -> LongRollOut.plan(trained.config()));
            print(
                    LongRollOut.of(trained, frames, progress()),
                    trained.config().training().minutes());
        }
        return Main.OK;
    }

    private LongRollOut.Progress progress() {
        FrameCounter counter = new FrameCounter(session.console(), new FrameCount(frames + LongRollOut.FOR_TIME));
        return new LongRollOut.Progress() {
            @Override
            public void frame() {
                counter.count();
            }

            @Override
            public void next(String sentence) {
                session.console().line(sentence);
            }

            @Override
            public void reached(Station station) {
                session.console()
                        .line(String.format(
                                Locale.ROOT,
                                "After %,d frames %s are recognisable",
                                station.frame(),
                                percent(station.recognisable())));
            }

            @Override
            public void check() {
                session.interrupts().check();
            }
        };
    }

    private void requireDigits(RunConfig config) {
        if (!(config.data() instanceof MovingDigitsConfig)) {
            throw new UserException(options.run(model) + " was trained on other data than moving digits, which this"
                    + " experiment looks for");
        }
    }

    private void print(LongRollOut measured, double minutes) {
        if (options.json()) {
            session.out()
                    .println(new Json()
                            .put("model", model)
                            .put("minutes", minutes)
                            .put("sampling", sampling)
                            .put(
                                    "stations",
                                    measured.stations().stream()
                                            .map(ExperimentRollOutCommand::json)
                                            .toList())
                            .put("truth", measured.truth().value())
                            .put("spoiled", measured.spoiled())
                            .put("settledBytes", measured.settledBytes())
                            .put("growth", measured.growth())
                            .put("slowdown", measured.slowdown()));
            return;
        }
        TextTable table = new TextTable().row("frame", "recognisable", "brightness", "ms/frame", "memory");
        for (Station station : measured.stations()) {
            table.row(
                    String.format(Locale.ROOT, "%,d", station.frame()),
                    percent(station.recognisable()),
                    String.format(
                            Locale.ROOT,
                            "%.2f ± %.2f",
                            station.brightness().value(),
                            station.brightness().error()),
                    String.format(Locale.ROOT, "%.1f", 1e3 * station.secondsPerFrame()),
                    Units.bytes(station.residentBytes()));
        }
        table.print(session.out());
        session.out()
                .printf(
                        Locale.ROOT,
                        """

                        Recognisable: the share of the %d frames before, in %d videos, in which all digits are; of frames of true \
                        clips %s are, of spoiled digits fewer: %s.
                        Brightness: of the same frames, as a multiple of the truth's. ± is the standard error over videos.
                        ms/frame: of one video, all going together, median of the same frames. In turns with videos that have %d to \
                        %d frames, a frame after the last takes %.2f times as long as one of theirs (median of %d rounds).
                        memory: resident, of the process; it had %s after %d frames, and %+.1f %% at the end. Where the same process has \
                        trained, what that left free is used up first: the same command once more rolls out alone.
                        """,
                        LongRollOut.SPAN,
                        LongRollOut.CLIPS,
                        percent(measured.truth()),
                        measured.spoiled().entrySet().stream()
                                .map(share -> String.format(
                                        Locale.ROOT, "%s %.0f %%", share.getKey(), 100 * share.getValue()))
                                .collect(Collectors.joining(", ")),
                        LongRollOut.SETTLED,
                        LongRollOut.SETTLED + LongRollOut.ROUNDS * LongRollOut.TURN,
                        measured.slowdown(),
                        LongRollOut.ROUNDS,
                        Units.bytes(measured.settledBytes()),
                        LongRollOut.SETTLED,
                        100 * measured.growth());
        session.out().flush();
    }

    private static Object json(Station station) {
        return new Json()
                .put("frame", station.frame())
                .put("recognisable", station.recognisable().value())
                .put("recognisableError", station.recognisable().error())
                .put("brightness", station.brightness().value())
                .put("secondsPerFrame", station.secondsPerFrame())
                .put("residentBytes", station.residentBytes())
                .map();
    }

    private static String percent(Mean share) {
        return String.format(Locale.ROOT, "%.1f ± %.1f %%", 100 * share.value(), 100 * share.error());
    }
}
