// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.UserException;
import io.lightcone.Version;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command {@code lightcone}. */
@Command(
        name = "lightcone",
        description = "Causal video diffusion: train on videos, then generate or continue them frame after frame.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            TrainCommand.class,
            SampleCommand.class,
            PresetsCommand.class,
            CostCommand.class,
            ShowCommand.class
        })
public final class Main {
    /** What went as asked. */
    static final int OK = 0;
    /** A failure inside; the trace is in a log file. */
    static final int FAILURE = 1;
    /** Something the user can put right. */
    static final int USER_ERROR = 2;
    /** Ctrl-C, as shells count it. */
    static final int INTERRUPTED = 130;

    static final class Versions implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"lightcone " + Version.current()};
        }
    }

    public static void main(String[] arguments) {
        System.setProperty("java.awt.headless", "true");
        System.exit(run(arguments));
    }

    /** Runs a command line; returns the exit code. */
    static int run(String... arguments) {
        CommandLine command = new CommandLine(new Main());
        command.setCaseInsensitiveEnumValuesAllowed(true);
        command.setOut(writer(System.out));
        command.setErr(writer(System.err));
        command.setParameterExceptionHandler(Main::wrongArguments);
        command.setExecutionExceptionHandler(new Failures());
        if (arguments.length == 0) {
            command.usage(command.getOut());
            return OK;
        }
        return command.execute(arguments);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static int wrongArguments(ParameterException exception, String[] arguments) {
        CommandLine command = exception.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        print(command, sentence(exception.getMessage()) + " See '" + name + " --help'.");
        return USER_ERROR;
    }

    /** What the user can put right is one sentence; anything else is one sentence and a trace in a file. */
    private static final class Failures implements IExecutionExceptionHandler {
        @Override
        public int handleExecutionException(Exception exception, CommandLine command, CommandLine.ParseResult result) {
            if (exception instanceof UserException) {
                print(command, sentence(exception.getMessage()));
                return USER_ERROR;
            }
            print(command, "internal error: " + firstLine(exception) + log(exception, result.originalArgs()));
            return FAILURE;
        }
    }

    private static void print(CommandLine command, String message) {
        command.getErr().println("lightcone: " + message);
    }

    private static String sentence(@Nullable String message) {
        String text = message == null ? "something is wrong with the arguments" : message.strip();
        return text.endsWith(".") || text.endsWith("?") || text.endsWith("!") ? text : text + ".";
    }

    /** Errors of libtorch carry a C++ stack below their first line. */
    private static String firstLine(Exception exception) {
        return exception.toString().lines().findFirst().orElse("unknown");
    }

    private static String log(Exception exception, List<String> arguments) {
        try {
            Path file = Files.createTempFile("lightcone-", ".log");
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file))) {
                writer.println("lightcone " + Version.current() + ", Java " + Runtime.version() + ", "
                        + System.getProperty("os.name"));
                writer.println("lightcone " + String.join(" ", arguments));
                exception.printStackTrace(writer);
            }
            return " (details in " + file + ")";
        } catch (IOException e) {
            return " (no log could be written: " + e.getMessage() + ")";
        }
    }
}
