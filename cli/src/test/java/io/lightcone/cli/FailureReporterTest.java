// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class FailureReporterTest {
    private static final Pattern LOG = Pattern.compile("\\(details in (.*)\\)");

    private final StringWriter text = new StringWriter();
    private final Interrupts interrupts = new Interrupts(() -> {});
    private final Session session = new Session(
            new PrintWriter(text), new Console(new PrintWriter(text), false), interrupts, List.of("fail", "--now"));

    @AfterEach
    void close() {
        interrupts.close();
    }

    private void expectInternal(Throwable failure, String... parts) throws IOException {
        text.getBuffer().setLength(0);
        assertThat(new FailureReporter(session).report(failure)).isEqualTo(Main.FAILURE);
        expectLog(parts);
    }

    private void expectLog(String... parts) throws IOException {
        assertThat(text.toString().strip())
                .startsWith("lightcone: ")
                .contains(parts)
                .hasLineCount(1);
        Matcher log = LOG.matcher(text.toString());
        assertThat(log.find()).as(text.toString()).isTrue();
        Path file = Path.of(log.group(1));
        assertThat(Files.readString(file))
                .contains("lightcone fail --now", "\tat " + getClass().getName());
        Files.delete(file);
    }

    @Test
    void errorsOfTheJvmAreToldInPlainWords() throws IOException {
        expectInternal(
                new OutOfMemoryError("Java heap space"),
                "Java ran out of memory",
                "LIGHTCONE_JAVA_ARGS=-Xmx",
                "training.batch");
        expectInternal(
                new UnsatisfiedLinkError("no jnitorch"), "cannot be loaded", "build Lightcone again", "jnitorch");
        expectInternal(
                new IllegalStateException("wrapped", new NoClassDefFoundError("Could not initialize class X")),
                "cannot be loaded");
        expectInternal(new InternalError("first\nsecond"), "internal error: java.lang.InternalError: first");
        expectInternal(new CancellationException("without Ctrl-C"), "internal error");
    }

    @Test
    void aFaultOfTheUserIsFoundInsideItsWrapping() {
        UserException error = new UserException("the clip is too short; choose another");
        assertThat(new FailureReporter(session).report(new IllegalStateException(new ExecutionException(error))))
                .isEqualTo(Main.USER_ERROR);
        assertThat(text.toString().strip()).isEqualTo("lightcone: the clip is too short; choose another.");
    }

    @Test
    void fullMemoryIsOneSentenceThatSaysWhatToLower() {
        for (Throwable full : List.of(
                new RuntimeException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
                new IllegalStateException(new RuntimeException("CUDA out of memory. Tried\n#1 frame")))) {
            text.getBuffer().setLength(0);
            assertThat(new FailureReporter(session).report(full)).isEqualTo(Main.USER_ERROR);
            assertThat(text.toString().strip())
                    .startsWith("lightcone: the memory is full; choose a smaller training.batch")
                    .contains("training.recompute=true", "sampling.memory.window")
                    .hasLineCount(1);
        }
    }

    @Test
    void aPathThatIsNoneIsTheUsers() {
        InvalidPathException path = new InvalidPathException("clips/*.mp4", "Illegal char <*>", 6);
        assertThat(new FailureReporter(session).report(new UncheckedIOException(new IOException(path))))
                .isEqualTo(Main.USER_ERROR);
        assertThat(text.toString()).contains("'clips/*.mp4' is no name of a file", "Illegal char <*>");
    }

    @Command(name = "fail")
    static final class Fail implements Runnable {
        @Override
        public void run() {
            throw new OutOfMemoryError("Java heap space");
        }
    }

    /** Picocli hands its handlers exceptions, but lets errors through. */
    @Test
    void errorsOfACommandAreCaught() throws IOException {
        Session fail = new Session(session.out(), session.console(), interrupts, List.of("fail"));
        int code = Main.execute(Main.commandLine(fail).addSubcommand(new Fail()), fail);
        assertThat(code).isEqualTo(Main.FAILURE);
        assertThat(text.toString())
                .contains("lightcone: Java ran out of memory")
                .hasLineCount(1);
        Matcher log = LOG.matcher(text.toString());
        assertThat(log.find()).isTrue();
        Files.delete(Path.of(log.group(1)));
    }
}
