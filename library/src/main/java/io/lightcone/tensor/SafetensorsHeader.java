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
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON header of a safetensors file, with each tensor's element type, shape and place among the data. Tensors are
 * listed in the order they were given; their data lies in order of falling element size, so that each is aligned to its
 * elements whatever came before it.
 *
 * @param tensors by name, in the order of the file
 * @param metadata free text by key
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * The entry of one tensor, whose bytes are {@code begin} (inclusive) to {@code end} (exclusive), counted from the
     * end of the header.
     */
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

    /**
     * Describes {@code tensors} and places them one after the other. The metadata are sorted, so that equal content
     * gives equal files.
     */
    static SafetensorsHeader of(Map<String, Tensor> tensors, Map<String, String> metadata) {
        requireFew("tensors", tensors.size());
        requireFew("metadata", metadata.size());
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

    private static void requireFew(String what, int count) {
        if (count > SafetensorsHeaderReader.MOST_TENSORS) {
            throw new IllegalArgumentException("a safetensors file may hold " + SafetensorsHeaderReader.MOST_TENSORS
                    + " " + what + ", not " + count);
        }
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

    /** Returns the bytes of all tensors together. */
    long dataBytes() {
        return tensors.values().stream().mapToLong(Entry::end).max().orElse(0);
    }

    /** Returns the JSON text in UTF-8, padded with spaces to a multiple of 8 bytes. */
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
        SafetensorsHeader header = SafetensorsHeaderReader.read(text, file);
        checkPlaces(header.tensors, dataBytes, file);
        return header;
    }

    /** Throws unless the tensors fill the data from first byte to last, without gap or overlap. */
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

    /**
     * Returns a name as messages show it: quoted, shortened and without control characters, whatever a damaged file
     * holds.
     */
    static String quoted(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= 200 ? "'" + printable + "'" : "'" + printable.substring(0, 200) + "...'";
    }

    static UserException damaged(Path file, String fault) {
        return new UserException(file + " is not a safetensors file or is damaged: " + fault);
    }
}
