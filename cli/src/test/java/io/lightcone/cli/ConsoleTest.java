// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.training.TrainingListener.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private final StringWriter text = new StringWriter();

    private Console console(boolean terminal) {
        return new Console(new PrintWriter(text), terminal);
    }

    /**
     * Returns what a terminal shows in the end: a carriage return goes back to the start of the line, and text covers
     * text.
     */
    private String screen() {
        StringBuilder screen = new StringBuilder();
        for (String line : text.toString().split("\n", -1)) {
            char[] cells = new char[600];
            Arrays.fill(cells, ' ');
            int column = 0;
            for (int i = 0; i < line.length(); i++) {
                if (line.charAt(i) == '\r') {
                    column = 0;
                } else {
                    cells[column++] = line.charAt(i);
                }
            }
            screen.append(new String(cells).stripTrailing()).append('\n');
        }
        return screen.toString();
    }

    @Test
    void aMessageTakesThePlaceOfTheProgress() {
        Console console = console(true);
        console.progress("step 1");
        console.progress("step 2, longer");
        console.progress("step 3");
        assertThat(screen()).isEqualTo("step 3\n");
        console.line("lightcone: the disk is full.");
        assertThat(screen()).isEqualTo("lightcone: the disk is full.\n\n");
        console.progress("step 4");
        console.line("done");
        assertThat(screen()).isEqualTo("lightcone: the disk is full.\ndone\n\n");
    }

    @Test
    void progressNeverWraps() {
        console(true).progress("x".repeat(500));
        assertThat(screen().strip()).hasSizeLessThan(80);
    }

    @Test
    void progressOfTrainingIsDrawnInPlaceOnATerminalAndInLinesInAPipe() {
        ConsoleTrainingListener drawn = new ConsoleTrainingListener(console(true));
        drawn.step(new Progress(123456, 0.1234, 123.4, 0.5, 3599));
        drawn.saved(123456);
        assertThat(text.toString()).contains("[#####-----] step 123456   50%  loss 0.1234  123.4 clips/s  59 min 59 s");
        assertThat(screen()).isEqualTo("step 123456  checkpoint saved\n\n");

        text.getBuffer().setLength(0);
        ConsoleTrainingListener piped = new ConsoleTrainingListener(console(false));
        piped.step(new Progress(1, 0.5, 2, 0.1, 5000));
        piped.step(new Progress(2, 0.5, 2, 0.2, 4000));
        piped.step(new Progress(3, 0.5, 2, 1, 0));
        piped.validated(3, Map.of("all", 0.25));
        piped.sampled(3, Path.of("x.gif"), 20, 18);
        assertThat(text.toString().lines())
                .hasSize(4)
                .noneMatch(line -> line.contains("\r") || line.contains("["))
                .first()
                .asString()
                .contains("1 h 23 min left");
    }
}
