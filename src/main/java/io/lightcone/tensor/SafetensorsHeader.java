// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import io.lightcone.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON header of a safetensors file: for each tensor its element type, shape and place among the data. Tensors are
 * listed in the order they were given; their data lies in order of falling element size, so that each is aligned to its
 * elements whatever came before it.
 *
 * @param tensors by name, in the order of the file
 * @param metadata free text by key
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
    private static final String METADATA = "__metadata__";
    private static final int MAX_DIMENSIONS = 64; // of libtorch
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** One tensor: its bytes are {@code begin} (inclusive) to {@code end} (exclusive), counted from the end of the header. */
    record Entry(Dtype dtype, List<Long> shape, long begin, long end) {
        long bytes() {
            return end - begin;
        }

        private Entry at(long offset) {
            return new Entry(dtype, shape, offset, offset + bytes());
        }
    }

    SafetensorsHeader {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Describes {@code tensors} and places them one after the other; the metadata are sorted, so equal files are equal. */
    static SafetensorsHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (PointerScope scope = new PointerScope()) {
            tensors.forEach((name, tensor) -> entries.put(name, describe(name, tensor)));
        }
        List<Map.Entry<String, Entry>> inFile = new ArrayList<>(entries.entrySet());
        inFile.sort(Comparator.comparingInt(e -> -e.getValue().dtype().bytes));
        long offset = 0;
        for (Map.Entry<String, Entry> item : inFile) {
            Entry placed = item.getValue().at(offset);
            item.setValue(placed);
            offset = placed.end();
        }
        return new SafetensorsHeader(entries, new TreeMap<>(metadata));
    }

    private static Entry describe(String name, Tensor tensor) {
        if (name.equals(METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be called " + METADATA);
        }
        Dtype dtype = Dtype.of(tensor.scalar_type().intern());
        if (dtype == null) {
            throw new IllegalArgumentException("tensor " + name + " is of type "
                    + tensor.scalar_type().intern() + ", for which safetensors has no name");
        }
        List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
        return new Entry(dtype, shape, 0, tensor.numel() * dtype.bytes);
    }

    /** Bytes of all tensors together. */
    long dataBytes() {
        return tensors.values().stream().mapToLong(Entry::end).max().orElse(0);
    }

    /** The JSON text in UTF-8, filled up with spaces to a multiple of 8 bytes. */
    byte[] encode() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!metadata.isEmpty()) {
            json.put(METADATA, metadata);
        }
        tensors.forEach((name, entry) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("dtype", entry.dtype().name());
            fields.put("shape", entry.shape());
            fields.put("data_offsets", List.of(entry.begin(), entry.end()));
            json.put(name, fields);
        });
        byte[] text = JSON.writeValueAsBytes(json);
        byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }

    /**
     * Reads the JSON text of {@code file}, which holds {@code dataBytes} bytes after it, and believes nothing in it.
     *
     * @throws UserException if the text is not a header, or does not describe exactly these data
     */
    static SafetensorsHeader decode(byte[] text, long dataBytes, Path file) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JacksonException e) {
            throw damaged(file, "its header is not JSON (" + e.getOriginalMessage() + ")");
        }
        if (!json.isObject()) {
            throw damaged(file, "its header is not a JSON object");
        }
        Map<String, Entry> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : json.properties()) {
            if (property.getKey().equals(METADATA)) {
                decodeMetadata(property.getValue(), metadata, file);
            } else {
                tensors.put(property.getKey(), decodeEntry(property.getKey(), property.getValue(), file));
            }
        }
        checkPlaces(tensors, dataBytes, file);
        return new SafetensorsHeader(tensors, metadata);
    }

    private static void decodeMetadata(JsonNode json, Map<String, String> into, Path file) {
        for (Map.Entry<String, JsonNode> property : json.properties()) {
            if (!property.getValue().isString()) {
                throw damaged(file, "its metadata " + quoted(property.getKey()) + " is not text");
            }
            into.put(property.getKey(), property.getValue().stringValue());
        }
        if (!json.isObject()) {
            throw damaged(file, "its metadata is not a JSON object");
        }
    }

    private static Entry decodeEntry(String name, JsonNode json, Path file) {
        JsonNode type = json.get("dtype");
        Dtype dtype = Dtype.named(type != null && type.isString() ? type.stringValue() : null);
        if (dtype == null) {
            throw damaged(file, "tensor " + quoted(name) + " has an unknown dtype " + type);
        }
        List<Long> shape = naturals(json.get("shape"));
        List<Long> offsets = naturals(json.get("data_offsets"));
        if (shape == null || shape.size() > MAX_DIMENSIONS) {
            throw damaged(file, "tensor " + quoted(name) + " has no valid shape");
        }
        if (offsets == null || offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw damaged(file, "tensor " + quoted(name) + " has no valid data_offsets");
        }
        Entry entry = new Entry(dtype, shape, offsets.get(0), offsets.get(1));
        if (entry.bytes() != bytes(entry)) {
            throw damaged(
                    file,
                    "tensor " + quoted(name) + " takes " + entry.bytes() + " bytes, which does not fit its shape "
                            + shape + " of " + dtype);
        }
        return entry;
    }

    /** Bytes of the shape of {@code entry}; -1 where even the sizes other than 0 are too many to count. */
    private static long bytes(Entry entry) {
        long bytes = entry.dtype().bytes;
        try {
            for (long size : entry.shape()) {
                bytes = Math.multiplyExact(bytes, Math.max(size, 1));
            }
        } catch (ArithmeticException e) {
            return -1;
        }
        return entry.shape().contains(0L) ? 0 : bytes;
    }

    /** The elements of an array of whole numbers that are not negative, or null if it is anything else. */
    private static @Nullable List<Long> naturals(@Nullable JsonNode json) {
        if (json == null || !json.isArray()) {
            return null;
        }
        List<Long> numbers = new ArrayList<>();
        for (JsonNode element : json.values()) {
            if (!element.isIntegralNumber() || !element.canConvertToLong() || element.longValue() < 0) {
                return null;
            }
            numbers.add(element.longValue());
        }
        return List.copyOf(numbers);
    }

    /** The tensors must fill the data from first byte to last, without gap or overlap. */
    private static void checkPlaces(Map<String, Entry> tensors, long dataBytes, Path file) {
        List<Map.Entry<String, Entry>> inFile = new ArrayList<>(tensors.entrySet());
        inFile.sort(Comparator.<Map.Entry<String, Entry>>comparingLong(
                        e -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long offset = 0;
        for (Map.Entry<String, Entry> item : inFile) {
            Entry entry = item.getValue();
            if (entry.begin() != offset) {
                String fault = entry.begin() < offset ? "overlaps another" : "leaves a gap before it";
                throw damaged(file, "tensor " + quoted(item.getKey()) + " " + fault);
            }
            offset = entry.end();
        }
        if (offset > dataBytes) {
            throw new UserException(
                    file + " is cut short: its tensors take " + offset + " bytes, only " + dataBytes + " are there");
        }
        if (offset < dataBytes) {
            throw damaged(file, (dataBytes - offset) + " bytes follow its last tensor");
        }
    }

    /** A name as messages show it, whatever a damaged file made of it. */
    static String quoted(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 200 ? "'" + printable + "'" : "'" + printable.substring(0, 200) + "...'";
    }

    static UserException damaged(Path file, String fault) {
        return new UserException(file + " is not a safetensors file or is damaged: " + fault);
    }
}
