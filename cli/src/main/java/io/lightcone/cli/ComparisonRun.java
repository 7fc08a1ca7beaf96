// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserFolders;
import io.lightcone.experiment.CandidateModel;
import io.lightcone.experiment.Comparison;
import io.lightcone.experiment.Comparison.Axis;
import io.lightcone.experiment.Comparison.MeasuredVariant;
import io.lightcone.experiment.SamplingVariant;
import io.lightcone.report.ComparisonReport;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;

/** Runs an experiment that trains candidates, lets each continue clips, and compares the results. */
final class ComparisonRun {
    private final Session session;
    private final ExperimentOptions options;
    private final DeviceOptions deviceOptions;
    private final Axis axis;

    /**
     * Prepares an experiment.
     *
     * @param axis what the candidates differ in
     */
    ComparisonRun(Session session, ExperimentOptions options, DeviceOptions deviceOptions, Axis axis) {
        this.session = session;
        this.options = options;
        this.deviceOptions = deviceOptions;
        this.axis = axis;
    }

    /** Trains the candidates that are not trained yet, measures all, and prints the comparison. */
    int call(double minutes, List<CandidateModel> candidates) throws InterruptedException {
        Device device = deviceOptions.start();
        TrainingRunner training = new TrainingRunner(session, device);
        for (CandidateModel candidate : candidates) {
            training.complete(candidate.config(), options.run(candidate.name()));
            session.interrupts().check();
        }
        List<MeasuredVariant> measured = new ArrayList<>();
        for (CandidateModel candidate : candidates) {
            for (SamplingVariant variant : candidate.variants()) {
                session.console().line("Generating: " + candidate.name() + ", " + variant.name());
                measured.add(Comparison.measure(
                        candidate,
                        variant,
                        options.run(candidate.name()),
                        device,
                        UserFolders.cache(),
                        session.interrupts()::check));
                session.interrupts().check();
            }
        }
        ComparisonReport report = new ComparisonReport(new Comparison(axis, measured), minutes);
        if (options.json()) {
            session.out().println(report.json());
        } else {
            report.print(session.out());
        }
        return Main.OK;
    }
}
