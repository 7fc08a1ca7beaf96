// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.lightcone.UserException;
import io.lightcone.run.MetricsLog.Entry;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the log of metrics, its event file for TensorBoard, and both after crashes and on full disks. */
class MetricsLogTest {
    private FileSystem files;
    private RunFolder run;
    private Path jsonl;

    @BeforeEach
    void open() {
        files = Jimfs.newFileSystem(Configuration.unix());
        run = RunFolder.create(files.getPath("run"), "");
        jsonl = run.path().resolve("metrics.jsonl");
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private void log(long from, long to) {
        try (MetricsLog log = MetricsLog.open(run, from - 1)) {
            for (long step = from; step <= to; step++) {
                log.log(step, Map.of("loss", 1.0 / step));
            }
        }
    }

    private List<Long> steps() {
        return MetricsLog.read(jsonl).stream().map(Entry::step).toList();
    }

    private List<Path> eventFiles() throws IOException {
        try (Stream<Path> content = Files.list(run.path())) {
            return content.filter(path -> path.toString().contains("tfevents"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * An interrupted thread can open files, but what it writes to is closed: the log is open when its other half fails.
     */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only there a process sees its open files")
    void aLogThatCannotBeOpenedLeavesNoFileOpen(@TempDir Path temp) throws IOException {
        RunFolder folder = RunFolder.create(temp.resolve("run"), "");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> MetricsLog.open(folder, 0)).isInstanceOf(UserException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(open.map(MetricsLogTest::target)).noneMatch(target -> target.startsWith(temp.toString()));
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed since
        }
    }

    @Test
    void metricsAreOneJsonObjectALine() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", 0.5);
        values.put("a \"b\" ü", Double.NaN);
        values.put("up", Double.POSITIVE_INFINITY);
        values.put("down", Double.NEGATIVE_INFINITY);
        values.put("lr", 1e-4);
        try (MetricsLog log = MetricsLog.open(run, 0)) {
            log.log(1, values);
            assertThat(Files.readString(jsonl))
                    .isEqualTo("{\"step\":1,\"loss\":0.5,\"a \\\"b\\\" ü\":\"NaN\",\"up\":\"Infinity\","
                            + "\"down\":\"-Infinity\",\"lr\":1.0E-4}\n");
            assertThatThrownBy(() -> log.log(2, Map.of("step", 1.0))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(MetricsLog.read(jsonl)).containsExactly(new Entry(1, values));
    }

    @Test
    void resumingDropsLinesLoggedAfterTheCheckpoint() throws IOException {
        log(1, 10);
        log(8, 9);
        assertThat(steps()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(eventFiles()).hasSize(2);
        try (Stream<Path> left = Files.list(run.path())) {
            assertThat(left).noneMatch(file -> file.toString().endsWith(".partial"));
        }
    }

    @Test
    void aCutOffLastLineIsForgiven() throws IOException {
        log(1, 3);
        byte[] whole = Files.readAllBytes(jsonl);
        int lastLine = new String(whole, UTF_8).indexOf("{\"step\":3");
        for (int length = lastLine; length < whole.length - 1; length++) {
            Files.write(jsonl, Arrays.copyOf(whole, length));
            assertThat(steps()).hasSizeBetween(2, 3).startsWith(1L, 2L);
        }
        Files.write(jsonl, Arrays.copyOf(whole, lastLine + 12));
        log(4, 4);
        assertThat(steps()).containsExactly(1L, 2L, 4L);
        Files.write(jsonl, "{\"step\":5,\"loss\":1}".getBytes(UTF_8), StandardOpenOption.APPEND);
        log(6, 6);
        assertThat(steps()).containsExactly(1L, 2L, 4L, 5L, 6L);
    }

    @Test
    void aDamagedLineBeforeTheLastIsNamed() throws IOException {
        for (String line : List.of(
                "garbage",
                "{\"step\":\"1\"}",
                "[1]",
                "{\"step\":2,\"a\":\"x\"}",
                "{\"step\":2,\"a\":null}",
                "{\"step\":2,\"a\":true}",
                "")) {
            Files.writeString(jsonl, "{\"step\":1}\n" + line + "\n{\"step\":3}\n");
            assertThatThrownBy(() -> MetricsLog.open(run, 5))
                    .isInstanceOf(UserException.class)
                    .hasMessage("run/metrics.jsonl line 2 is not a line of metrics; delete it to continue");
        }
        assertThatThrownBy(() -> MetricsLog.read(files.getPath("none")))
                .isInstanceOf(UserException.class)
                .hasMessage("none cannot be read: there is no such file or folder");
    }

    @Test
    void aFullDiskKeepsTheLinesBefore() throws IOException {
        try (FileSystem small = Jimfs.newFileSystem(
                Configuration.unix().toBuilder().setMaxSize(5 * 8192).build())) {
            RunFolder full = RunFolder.create(small.getPath("run"), "x: 1\n");
            Path file = full.path().resolve("metrics.jsonl");
            long[] step = {0};
            try (MetricsLog log = MetricsLog.open(full, 0)) {
                assertThatThrownBy(() -> {
                            while (true) {
                                log.log(++step[0], Map.of("a_rather_long_name_of_a_metric", 0.1));
                            }
                        })
                        .isInstanceOf(UserException.class)
                        .hasMessageStartingWith("the metrics in run/metrics.jsonl cannot be written: ");
            }
            assertThat(MetricsLog.read(file)).hasSizeBetween((int) step[0] - 1, (int) step[0]);
            assertThat(Files.readString(file)).endsWith("\n");
        }
    }

    @Test
    void tensorBoardFindsTheSameNumbersAndImages() throws IOException {
        BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_3BYTE_BGR);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss", 0.25);
        values.put("lr", Double.NaN);
        try (MetricsLog log = MetricsLog.open(run, 299)) {
            log.log(300, values);
            log.image(300, "samples/0", picture);
        }
        assertThat(eventFiles()).hasSize(1);
        assertThat(eventFiles().get(0).getFileName().toString())
                .matches("events\\.out\\.tfevents\\.\\d{10}\\.lightcone");
        List<EventFileReader.Event> events =
                EventFileReader.read(Files.readAllBytes(eventFiles().get(0)));
        assertThat(events).hasSize(4);
        assertThat(events).allMatch(e -> Math.abs(e.wallTime() - System.currentTimeMillis() / 1000.0) < 100);
        assertThat(events.get(0).fileVersion()).isEqualTo("brain.Event:2");
        assertThat(events.get(1).sessionStatus()).isEqualTo(1);
        assertThat(events.get(1).step()).isEqualTo(300);
        assertThat(events.get(2).step()).isEqualTo(300);
        assertThat(events.get(2).scalars()).isEqualTo(Map.of("loss", 0.25f, "lr", Float.NaN));
        EventFileReader.Image image = events.get(3).images().get(0);
        assertThat(events.get(3).images()).hasSize(1);
        assertThat(image).extracting("tag", "height", "width", "colorspace").containsExactly("samples/0", 48L, 64L, 3L);
        assertThat(image.bytes()).contains("PNG", "IHDR", "IEND");
    }

    @Test
    void largeStepsAndLongRecordsAreReadBack() throws IOException {
        try (MetricsLog log = MetricsLog.open(run, 0)) {
            log.log(1L << 40, Map.of("x".repeat(300), 1.0));
        }
        EventFileReader.Event event =
                EventFileReader.read(Files.readAllBytes(eventFiles().get(0))).get(2);
        assertThat(event.step()).isEqualTo(1L << 40);
        assertThat(event.scalars()).isEqualTo(Map.of("x".repeat(300), 1f));
    }
}
