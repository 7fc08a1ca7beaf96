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
        name = "bench",
        description =
                "Measure how much faster a model is than its dense twin, in turns and beside the machine's limit.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        synopsisSubcommandLabel = "WHAT")
final class BenchCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    /** Returns the command with all its subcommands. */
    static CommandLine with(Session session) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new BenchAttentionCommand(session))
                .addSubcommand(new BenchLayerCommand(session))
                .addSubcommand(new BenchStepCommand(session))
                .addSubcommand(new BenchStreamCommand(session))
                .addSubcommand(new BenchNeighbourCommand(session))
                .addSubcommand(new BenchMemoryCommand(session))
                .addSubcommand(new BenchPlayCommand(session));
    }

    /** Prints the help, which lists the subcommands, when none is named. */
    @Override
    public Integer call() {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        command.usage(command.getOut());
        return Main.OK;
    }
}
