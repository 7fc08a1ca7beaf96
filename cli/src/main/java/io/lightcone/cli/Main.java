// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserFolders;
import io.lightcone.Version;
import io.lightcone.run.Machine;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** Runs the command {@code lightcone}. */
@Command(
        name = "lightcone",
        description = "Causal video diffusion: train on videos, then generate or continue them frame after frame.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    /** The exit code of a command that succeeded. */
    static final int OK = 0;
    /** The exit code of a failure inside; the trace is in a log file. */
    static final int FAILURE = 1;
    /** The exit code of an error that the user can put right. */
    static final int USER_ERROR = 2;
    /** The exit code of a command that Ctrl-C ended, as shells count it. */
    static final int INTERRUPTED = 130;

    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"lightcone " + Version.current()};
        }
    }

    public static void main(String[] arguments) {
        UserFolders.requireHome();
        System.setProperty("java.awt.headless", "true");
        int code = MainArena.run(() -> run(arguments));
        if (code != INTERRUPTED) {
            System.exit(code);
        }
        // Else the JVM is on its way down with the code of the signal, which an exit at this moment could replace.
    }

    /** Runs a command line and returns the exit code. */
    static int run(String... arguments) {
        Console console = new Console(writer(System.err), Console.somebodyWatches());
        try (Interrupts interrupts = new Interrupts(() -> console.line("Stopping ..."))) {
            Machine.onMeasured(console::line);
            Session session = new Session(writer(System.out), console, interrupts, List.of(arguments));
            int code = execute(commandLine(session), session);
            return code == OK && interrupts.happened() ? INTERRUPTED : code;
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    /** Returns the commands, ready to run. */
    static CommandLine commandLine(Session session) {
        CommandLine command = new CommandLine(new Main())
                .addSubcommand(new DemoCommand(session))
                .addSubcommand(new TrainCommand(session))
                .addSubcommand(new DistillCommand(session))
                .addSubcommand(new TrainCodecCommand(session))
                .addSubcommand(new SampleCommand(session))
                .addSubcommand(new PlayCommand(session))
                .addSubcommand(new RehearseCommand(session))
                .addSubcommand(new PresetsCommand(session))
                .addSubcommand(new CostCommand())
                .addSubcommand(new ExportCommand(session))
                .addSubcommand(new MachineCommand(session))
                .addSubcommand(new ShowCommand())
                .addSubcommand(BenchCommand.with(session))
                .addSubcommand(ExperimentCommand.with(session));
        FailureReporter failures = new FailureReporter(session);
        return command.setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, Arguments::path)
                .setOut(session.out())
                .setParameterExceptionHandler((exception, arguments) -> wrongArguments(failures, exception))
                .setExecutionExceptionHandler((exception, which, arguments) -> failures.report(exception));
    }

    /** Runs the arguments of the session and returns the exit code; whatever is thrown becomes a message and a code. */
    static int execute(CommandLine command, Session session) {
        if (session.arguments().isEmpty()) {
            command.usage(session.out());
            return OK;
        }
        try {
            return command.execute(session.arguments().toArray(String[]::new));
        } catch (RuntimeException | Error e) { // the handlers hear of exceptions only
            return new FailureReporter(session).report(e);
        }
    }

    private static int wrongArguments(FailureReporter failures, ParameterException exception) {
        String name = exception.getCommandLine().getCommandSpec().qualifiedName();
        String message = String.valueOf(exception.getMessage()).strip();
        failures.print(message + (message.endsWith(".") ? "" : ".") + " See '" + name + " --help'");
        return USER_ERROR;
    }
}
