// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lightcone.DurableFiles;
import io.lightcone.FileTrouble;
import io.lightcone.Png;
import io.lightcone.UserException;
import io.lightcone.tensor.ResourceStack;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The log of what a run measures: {@code metrics.jsonl}, one JSON object a line with the step and then every value, and
 * the same for TensorBoard. A value that is no number is written as the text "NaN", "Infinity" or "-Infinity". Each
 * line is passed to the system at once. It serves one thread.
 */
public final class MetricsLog implements AutoCloseable {
    static final String FILE = "metrics.jsonl";
    private static final String STEP = "step";
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final FileChannel lines;
    private final TensorBoardWriter tensorBoard;

    /** An entry is one line of the log: what was measured at {@code step}, by name, in the order it was logged. */
    public record Entry(long step, Map<String, Double> values) {}

    private MetricsLog(Path file, FileChannel lines, TensorBoardWriter tensorBoard) {
        this.file = file;
        this.lines = lines;
        this.tensorBoard = tensorBoard;
    }

    /**
     * Opens the log of {@code run} to continue after {@code step}, the step of the checkpoint that training resumes
     * from, or 0. Lines of later steps, logged before a crash, are dropped.
     *
     * @throws UserException if the log is damaged or cannot be written
     */
    public static MetricsLog open(RunFolder run, long step) {
        Path file = run.path().resolve(FILE);
        try (ResourceStack created = new ResourceStack()) {
            dropAfter(file, step);
            FileChannel lines =
                    created.add(FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
            MetricsLog log = new MetricsLog(file, lines, TensorBoardWriter.create(run.path(), step + 1));
            created.keep();
            return log;
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private static void dropAfter(Path file, long step) throws IOException {
        if (Files.notExists(file)) {
            return;
        }
        StringBuilder kept = new StringBuilder();
        for (Entry entry : read(file)) {
            if (entry.step() <= step) {
                kept.append(line(entry.step(), entry.values()));
            }
        }
        if (!Arrays.equals(kept.toString().getBytes(UTF_8), Files.readAllBytes(file))) {
            DurableFiles.replace(file, kept.toString().getBytes(UTF_8));
        }
    }

    /**
     * Appends what was measured at {@code step}. A name of "step" is not allowed.
     *
     * @throws UserException if it cannot be written; the lines before stay as they are
     */
    public void log(long step, Map<String, Double> values) {
        if (values.containsKey(STEP)) {
            throw new IllegalArgumentException("a metric cannot be called " + STEP);
        }
        try {
            append(line(step, values));
            tensorBoard.scalars(step, values);
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    private void append(String line) throws IOException {
        long end = lines.size();
        try {
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                lines.write(bytes);
            }
        } catch (IOException e) {
            lines.truncate(end);
            throw e;
        }
    }

    /**
     * Logs a picture for TensorBoard under {@code tag}.
     *
     * @throws UserException if it cannot be written
     */
    public void image(long step, String tag, BufferedImage image) {
        try {
            tensorBoard.image(step, tag, image.getWidth(), image.getHeight(), Png.of(image));
        } catch (IOException e) {
            throw failure(file, e);
        }
    }

    /**
     * Reads a {@code metrics.jsonl}. A last line that a crash cut off is left out.
     *
     * @throws UserException if the file cannot be read, or another line is damaged
     */
    public static List<Entry> read(Path file) {
        String text;
        try {
            text = new String(Files.readAllBytes(file), UTF_8);
        } catch (IOException e) {
            throw new UserException(file + " cannot be read: " + FileTrouble.reason(e, file), e);
        }
        List<String> lines = text.lines().toList();
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            Entry entry = parse(lines.get(i));
            boolean cutOff = i == lines.size() - 1 && !text.endsWith("\n");
            if (entry != null) {
                entries.add(entry);
            } else if (!cutOff) {
                throw new UserException(file + " line " + (i + 1) + " is not a line of metrics; delete it to continue");
            }
        }
        return entries;
    }

    private static String line(long step, Map<String, Double> values) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(STEP, step);
        values.forEach((name, value) -> json.put(name, Double.isFinite(value) ? value : (Object) value.toString()));
        return JSON.writeValueAsString(json) + "\n";
    }

    /** Returns the entry of a line, or null if it is not one. */
    private static @Nullable Entry parse(String line) {
        try {
            JsonNode json = JSON.readTree(line);
            JsonNode step = json.get(STEP);
            if (step == null || !step.isIntegralNumber() || !step.canConvertToLong()) {
                return null;
            }
            Map<String, Double> values = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> property : json.properties()) {
                if (!property.getKey().equals(STEP)) {
                    values.put(property.getKey(), value(property.getValue()));
                }
            }
            return new Entry(step.longValue(), Collections.unmodifiableMap(values));
        } catch (JacksonException | NumberFormatException e) {
            return null;
        }
    }

    private static double value(JsonNode json) {
        String text = json.isString() ? json.stringValue() : json.toString();
        return Double.parseDouble(text);
    }

    private static UserException failure(Path file, IOException e) {
        return new UserException(
                "the metrics in " + file + " cannot be written: " + FileTrouble.reason(e, file)
                        + "; the checkpoints are not touched",
                e);
    }

    @Override
    public void close() {
        try (lines) {
            tensorBoard.close();
        } catch (IOException e) {
            throw failure(file, e);
        }
    }
}
