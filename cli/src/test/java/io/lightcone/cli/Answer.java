// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** An answer of the program to a typed command line: its exit code and both of its outputs. */
record Answer(int code, String out, String err) {
    /** Runs the program on the words of a line, none of which holds a blank. */
    static Answer typed(String line) {
        return type(line.split(" ", -1));
    }

    /** Runs the program on these words and returns its answer. */
    static Answer type(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = Main.run(arguments);
            return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    static String ok(String line) {
        Answer answer = typed(line);
        assertThat(answer.code()).as(answer.err()).isZero();
        return answer.out();
    }

    static void expectError(String line, String... parts) {
        Answer answer = typed(line);
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains(parts).doesNotContain("Exception");
        assertThat(answer.err().strip().lines()).as("one sentence").hasSize(1);
    }

    /** Counts the pixels that have exactly this colour. */
    static int colours(BufferedImage image, int colour) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
            }
        }
        return count;
    }
}
