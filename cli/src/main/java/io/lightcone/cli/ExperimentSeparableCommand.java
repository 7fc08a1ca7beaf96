// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.experiment.Comparison.Axis;
import io.lightcone.experiment.SeparableExperiment;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "separable",
        description = {
            "Train one dense causal transformer, and encoder and decoder (SCD) with dense and with "
                    + "multi-scale attention, on"
                    + " moving digits, 30 minutes each, then continue clips frame by frame and compare with the truth.",
            "Runs that are in DIR already are resumed, or only measured if they have ended."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        sortOptions = false)
final class ExperimentSeparableCommand implements Callable<Integer> {
    private static final double MINUTES = 30;

    @Mixin
    private ExperimentOptions options = new ExperimentOptions();

    @Mixin
    private DeviceOptions deviceOptions = new DeviceOptions();

    private final Session session;

    ExperimentSeparableCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        double minutes = options.minutes(MINUTES);
        return new ComparisonRun(session, options, deviceOptions, Axis.MODEL)
                .call(minutes, SeparableExperiment.candidates(minutes, options.settings()));
    }
}
