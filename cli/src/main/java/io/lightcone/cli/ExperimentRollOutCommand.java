// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.experiment.CandidateModel;
import io.lightcone.experiment.LongRollOut;
import io.lightcone.experiment.LongRollOut.Milestone;
import io.lightcone.experiment.RollOutExperiment;
import io.lightcone.report.LongRollOutReport;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rollout",
        description = {
            "Train a model on moving digits for 30 minutes, then let it generate 10,000 frames, and report "
                    + "whether the digits"
                    + " are digits still, and what a frame costs in time and memory.",
            "A run that is in DIR already is resumed, or only rolled out if it has ended."
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
            description = "Which model: endless, which is made for this; one of 'experiment separable', "
                    + "dense-tiny, scd-tiny or"
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
            CandidateModel candidate = RollOutExperiment.candidate(model, minutes, options.settings());
            RunConfig generating = RunConfig.read(candidate.config(), null, sampling);
            Arguments.reportingIllegal(() -> LongRollOut.plan(generating));
            device = deviceOptions.start();
            new TrainingRunner(session, device).complete(candidate.config(), run);
            session.interrupts().check();
        }
        try (TrainedModel trained = TrainedModel.open(run, device, sampling)) {
            requireDigits(trained.config());
            Arguments.reportingIllegal(() -> LongRollOut.plan(trained.config()));
            LongRollOut rollOut = LongRollOut.of(trained, frames, listener());
            double trainedMinutes = trained.config().training().minutes();
            LongRollOutReport report = new LongRollOutReport(model, trainedMinutes, sampling, rollOut);
            if (options.json()) {
                session.out().println(report.json());
            } else {
                report.print(session.out());
            }
        }
        return Main.OK;
    }

    private LongRollOut.RollOutListener listener() {
        FrameProgress counter = new FrameProgress(session.console(), new FrameCount(frames + LongRollOut.FOR_TIME));
        return new LongRollOut.RollOutListener() {
            @Override
            public void frame() {
                counter.count();
            }

            @Override
            public void next(String sentence) {
                session.console().line(sentence);
            }

            @Override
            public void reached(Milestone milestone) {
                session.console().line(LongRollOutReport.sentence(milestone));
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
}
