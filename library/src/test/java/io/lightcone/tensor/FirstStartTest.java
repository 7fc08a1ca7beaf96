// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the first start on a machine, on which no native library has been unpacked yet, in a JVM of its own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FirstStartTest {
    /** Runs in the other JVM and loads the class that is named. */
    public static final class Program {
        private Program() {}

        public static void main(String[] arguments) {
            if (arguments[0].equals("Libtorch")) {
                Libtorch.start(1);
            } else {
                Devices.resolve("cpu").close();
            }
        }
    }

    /**
     * Without this order, a libtorch of the system's would take the place of the library that is still to be unpacked.
     */
    @ParameterizedTest
    @ValueSource(strings = {"Libtorch", "Devices"})
    void theLargestLibraryIsUnpackedBeforeOthersAskForIt(String first, @TempDir Path temp)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:-UsePerfData",
                        "-Dorg.bytedeco.javacpp.cachedir=" + temp,
                        "-Dorg.bytedeco.javacpp.logger.debug=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        first))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        List<String> lines = said.lines().toList();
        int unpacked = first(lines, "Extracting ", System.mapLibraryName("torch_cpu"));
        int loaded = first(lines, "Loading ", System.mapLibraryName("torch"));
        assertThat(unpacked).isBetween(0, loaded);
    }

    private static int first(List<String> lines, String doing, String library) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(doing) && lines.get(i).endsWith("/" + library)) {
                return i;
            }
        }
        return -1;
    }
}
