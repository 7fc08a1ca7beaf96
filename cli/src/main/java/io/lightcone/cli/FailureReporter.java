// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.Version;
import io.lightcone.tensor.OutOfMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reports exceptions to the user. What the user can put right is one sentence; anything else is one sentence and a
 * trace in a file.
 */
final class FailureReporter {
    private static final int DEEPEST_CAUSE = 20;

    private final Session session;

    FailureReporter(Session session) {
        this.session = session;
    }

    /** Prints what went wrong and returns the exit code. */
    int report(Throwable failure) {
        for (Throwable cause : causes(failure)) {
            if (cause instanceof CancellationException && session.interrupts().happened()) {
                session.console().line("Stopped.");
                return Main.INTERRUPTED;
            }
            String userError = userError(cause);
            if (userError != null) {
                print(userError);
                return Main.USER_ERROR;
            }
        }
        if (OutOfMemory.caused(failure)) {
            print("the memory is full; choose a smaller training.batch, or training.recompute=true, where a model is"
                    + " trained, fewer frames at once or a smaller sampling.memory.window where it generates, or a"
                    + " smaller model");
            return Main.USER_ERROR;
        }
        print(inPlainWords(failure) + log(failure));
        return Main.FAILURE;
    }

    /** Prints an error of the command line as a sentence. */
    void print(@Nullable String message) {
        session.console().line("lightcone: " + sentence(message));
    }

    /** Returns an exception and its causes: threads and libraries wrap what they pass on. */
    private static List<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(DEEPEST_CAUSE)
                .toList();
    }

    private static @Nullable String userError(Throwable cause) {
        if (cause instanceof InvalidPathException path) {
            return notAPath(path);
        }
        return cause instanceof UserException ? cause.getMessage() : null;
    }

    /**
     * Returns a sentence, without full stop, about text that is no path: only what a user typed is ever no path at all.
     */
    static String notAPath(InvalidPathException e) {
        return "'" + e.getInput().replace('\0', ' ') + "' is no name of a file or folder on this system: "
                + e.getReason();
    }

    private static String inPlainWords(Throwable failure) {
        for (Throwable cause : causes(failure)) {
            if (cause instanceof OutOfMemoryError) {
                return "Java ran out of memory; allow it more, as in LIGHTCONE_JAVA_ARGS=-Xmx4g ./lightcone ..., or"
                        + " choose a smaller training.batch or model";
            }
            if (cause instanceof UnsatisfiedLinkError || cause instanceof NoClassDefFoundError) {
                return "a library cannot be loaded, so build Lightcone again on this machine, and without -Pcuda where"
                        + " CUDA 13 and cuDNN 9 are not installed; Java says: " + firstLine(cause);
            }
        }
        return "internal error: " + firstLine(failure);
    }

    private static String sentence(@Nullable String message) {
        String text = message == null ? "something is wrong with the arguments" : message.strip();
        return text.endsWith(".") || text.endsWith("?") || text.endsWith("!") ? text : text + ".";
    }

    /** Returns the first line of an exception, since errors of libtorch carry a C++ stack below it. */
    private static String firstLine(Throwable failure) {
        return failure.toString().lines().findFirst().orElse("unknown");
    }

    private String log(Throwable failure) {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Path file = Files.createTempFile(folder, "lightcone-", ".log");
            try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file))) {
                writer.println("lightcone " + Version.current() + ", Java " + Runtime.version() + ", "
                        + System.getProperty("os.name"));
                writer.println(session.commandLine());
                failure.printStackTrace(writer);
            }
            return " (details in " + file + ")";
        } catch (IOException e) {
            return " (no log could be written in " + folder + ": " + FileTrouble.reason(e, folder) + ")";
        }
    }
}
