// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests two processes with the same store, as of two trainings at a time. */
class LatentStoreTest {
    private static final int NUMBERS = 64;
    private static final int RECORDS = 3000;

    /** The other process: adds records, says so, and stays until it is killed. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            LatentStore store = LatentStore.open(Path.of(arguments[0]), "store", NUMBERS);
            System.out.println("open");
            for (int i = 0; i < RECORDS; i++) {
                store.add(key(i), record(i));
            }
            System.out.println("added");
            System.in.read();
        }
    }

    private static LatentStore.Key key(int number) {
        return new LatentStore.Key(number, 7L * number);
    }

    private static float[] record(int number) {
        float[] record = new float[NUMBERS];
        Arrays.fill(record, number);
        return record;
    }

    private static String place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static Process start(Path folder) throws IOException, URISyntaxException {
        String classes = place(LatentStore.class) + File.pathSeparator + place(Program.class);
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:-UsePerfData",
                        "-cp",
                        classes,
                        Program.class.getName(),
                        folder.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Returns how many records of the other process are there, all of which are right. */
    private static int found(LatentStore store) {
        int found = 0;
        for (int i = 0; i < RECORDS; i++) {
            float[] record = store.find(key(i));
            if (record != null) {
                assertThat(record).containsExactly(record(i));
                found++;
            }
        }
        return found;
    }

    /**
     * One process adds, and the other finds what is whole of it, also while it is added; what the other encodes itself
     * is not kept until the first has ended, be it by a crash.
     */
    @Test
    void oneProcessAddsAndAnotherFinds(@TempDir Path folder) throws Exception {
        Process other = start(folder);
        try (BufferedReader said = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("open");
            int before = 0;
            long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (before < RECORDS) {
                assertThat(System.nanoTime()).as("it adds nothing").isLessThan(end);
                assertThat(other.isAlive()).isTrue();
                try (LatentStore store = LatentStore.open(folder, "store", NUMBERS)) {
                    store.add(key(-1), record(-1));
                    assertThat(store.find(key(-1))).as("what this process adds").isNull();
                    int now = found(store);
                    assertThat(now).isGreaterThanOrEqualTo(before);
                    before = now;
                }
            }
            assertThat(said.readLine()).isEqualTo("added");
        } finally {
            other.destroyForcibly().waitFor();
        }
        for (int i = 0; i < 2; i++) {
            try (LatentStore store = LatentStore.open(folder, "store", NUMBERS)) {
                assertThat(found(store)).isEqualTo(RECORDS);
                store.add(key(-1), record(-1));
                assertThat(store.find(key(-1))).containsExactly(record(-1));
            }
        }
        assertThat(Files.size(folder.resolve("store.latents"))).isEqualTo(4L * NUMBERS * (RECORDS + 1));
    }
}
