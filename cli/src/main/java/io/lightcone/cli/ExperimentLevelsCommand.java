// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.experiment.Comparison.Axis;
import io.lightcone.experiment.LevelsExperiment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "levels",
        description = {
            "Train with independent noise levels, with FoPP's, as published, behind a clean past and warped, and with"
                    + " synchronous ones on moving digits, 20 minutes each, then generate in several orders "
                    + "and compare with"
                    + " the truth.",
            "Runs that are in DIR already are resumed, or only measured if they have ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentLevelsCommand implements Callable<Integer> {
    private static final double MINUTES = 20;

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentLevelsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        double minutes = options.minutes(MINUTES);
        return new ComparisonRun(session, options, deviceOptions, Axis.LEVELS)
                .call(minutes, LevelsExperiment.candidates(minutes, options.settings()));
    }
}
