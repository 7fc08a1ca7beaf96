// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.experiment.CandidateModel;
import io.lightcone.experiment.Obedience;
import io.lightcone.experiment.SteeringExperiment;
import io.lightcone.report.ObedienceReport;
import io.lightcone.run.TrainedModel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "steering",
        description = {
            "Train for 15 minutes on a digit that an action of each frame steers, then count how often it "
                    + "moves the way that"
                    + " is asked.",
            "A run that is in DIR already is resumed, or only measured if it has ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentSteeringCommand implements Callable<Integer> {
    private static final double MINUTES = 15;

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentSteeringCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        double minutes = options.minutes(MINUTES);
        CandidateModel candidate = SteeringExperiment.candidate(minutes, options.settings());
        Device device = deviceOptions.start();
        Path run = options.run(candidate.name());
        new TrainingRunner(session, device).complete(candidate.config(), run);
        session.interrupts().check();
        session.console().line("Steering digits that the model has never seen ...");
        try (TrainedModel model = TrainedModel.open(run, device, List.of())) {
            Obedience obedience = Obedience.of(model, session.interrupts()::check);
            ObedienceReport report = new ObedienceReport(obedience, minutes);
            if (options.json()) {
                session.out().println(report.json());
            } else {
                report.print(session.out());
            }
        }
        return Main.OK;
    }
}
