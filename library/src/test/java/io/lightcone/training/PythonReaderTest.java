// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.lightcone.run.SavedWeights;
import io.lightcone.testing.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the reader for Python against the committed predictions wherever there is a Python with PyTorch: the one that
 * the property {@code lightcone.python} or the variable LIGHTCONE_PYTHON names, or one of those that are usual.
 */
class PythonReaderTest {
    private static final Path TEST = Repository.file("examples/python/test_reader.py");
    private static final List<String> USUAL = List.of("python3", "/usr/bin/python3", "python");
    private static final long MINUTES = 5;

    /**
     * The exit code and the output of a program.
     *
     * @param code of its exit, or -1 if there is no such program
     * @param text of both of its streams
     */
    private record Output(int code, String text) {}

    private static Output run(Path folder, String... command) throws IOException, InterruptedException {
        Path text = Files.createTempFile(folder, "said", ".txt");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(text.toFile())
                    .start();
        } catch (IOException e) {
            return new Output(-1, String.valueOf(e.getMessage()));
        }
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError(String.join(" ", command) + " takes longer than " + MINUTES + " minutes");
        }
        return new Output(process.exitValue(), Files.readString(text, StandardCharsets.UTF_8));
    }

    private static boolean hasTorch(Path folder, String python) throws IOException, InterruptedException {
        return run(folder, python, "-c", "import torch").code() == 0;
    }

    private static String python(Path folder) throws IOException, InterruptedException {
        String named = System.getProperty("lightcone.python", System.getenv("LIGHTCONE_PYTHON"));
        if (named != null) {
            assertThat(hasTorch(folder, named))
                    .as("whether %s, which LIGHTCONE_PYTHON names, has PyTorch", named)
                    .isTrue();
            return named;
        }
        for (String usual : USUAL) {
            if (hasTorch(folder, usual)) {
                return usual;
            }
        }
        return abort("there is no Python with PyTorch here (" + String.join(", ", USUAL)
                + "); LIGHTCONE_PYTHON may name one");
    }

    @Test
    void theReaderForPythonPredictsWhatLightconeDoes(@TempDir Path folder) throws IOException, InterruptedException {
        // -B: leaves no compiled files beside the example.
        Output said = run(folder, python(folder), "-B", TEST.toString(), SavedWeights.ROOT.toString());
        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text()).contains("plain, dense", "multiscale, msc", "separable, tokens");
    }
}
