// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "experiment",
        description = "Answer a question by training and measuring; takes from minutes to hours.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        synopsisSubcommandLabel = "WHAT")
final class ExperimentCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    /** Returns the command with all its subcommands. */
    static CommandLine with(Session session) {
        return new CommandLine(new ExperimentCommand())
                .addSubcommand(new ExperimentLevelsCommand(session))
                .addSubcommand(new ExperimentSteeringCommand(session))
                .addSubcommand(new ExperimentSeparableCommand(session))
                .addSubcommand(new ExperimentRollOutCommand(session))
                .addSubcommand(new ExperimentWorldCommand(session))
                .addSubcommand(new ExperimentContinuationCommand(session))
                .addSubcommand(new ExperimentCodecCommand(session));
    }

    /** Prints the help, which lists the subcommands, when none is named. */
    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        command.usage(command.getOut());
        return Main.OK;
    }
}
