// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import static io.lightcone.tensor.SafetensorsHeader.damaged;
import static io.lightcone.tensor.SafetensorsHeader.quoted;

import io.lightcone.UserException;
import io.lightcone.tensor.SafetensorsHeader.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON text of a safetensors header token by token and believes nothing in it. It goes over the text once,
 * keeps nothing but the tensors and the metadata, both limited in number, and stops at the first fault: so a hostile
 * header of the largest size costs a second or two and little memory, whatever it holds.
 */
final class SafetensorsHeaderReader {
    static final int MOST_TENSORS = 100_000;
    private static final int MOST_DIMENSIONS = 64; // the limit of libtorch

    /** Parses JSON without keeping names in a table for the next parser, which a hostile header could fill. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private final Path file;
    private final JsonParser json;
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private boolean hasMetadata;

    private SafetensorsHeaderReader(JsonParser json, Path file) {
        this.json = json;
        this.file = file;
    }

    /**
     * Returns the header that {@code text} describes; what the file holds after it is not looked at.
     *
     * @throws UserException if the text is not a header
     */
    static SafetensorsHeader read(byte[] text, Path file) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            SafetensorsHeaderReader reader = new SafetensorsHeaderReader(json, file);
            reader.header();
            return new SafetensorsHeader(reader.tensors, reader.metadata);
        } catch (JacksonException e) {
            throw damaged(file, "its header is not JSON (" + e.getOriginalMessage() + ")");
        }
    }

    private void header() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw damaged(file, "its header is not a JSON object");
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            if (name.equals(SafetensorsHeader.METADATA)) {
                readMetadata();
            } else {
                Entry entry = entry(name);
                require(tensors.put(name, entry) == null, "tensor " + quoted(name) + " is there twice");
                require(tensors.size() <= MOST_TENSORS, "it has more than " + MOST_TENSORS + " tensors");
            }
        }
        require(json.nextToken() == null, "its header is not JSON (something follows its end)");
    }

    private void require(boolean holds, String fault) {
        if (!holds) {
            throw damaged(file, fault);
        }
    }

    private void readMetadata() {
        require(json.currentToken() == JsonToken.START_OBJECT, "its metadata is not a JSON object");
        require(!hasMetadata, "its metadata is there twice");
        hasMetadata = true;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            require(json.nextToken() == JsonToken.VALUE_STRING, "its metadata " + quoted(key) + " is not text");
            require(metadata.put(key, json.getString()) == null, "its metadata " + quoted(key) + " is there twice");
            require(metadata.size() <= MOST_TENSORS, "it has more than " + MOST_TENSORS + " metadata");
        }
    }

    /**
     * Reads the description of a tensor, of which the parser is at the first token. Fields that safetensors does not
     * know are skipped.
     */
    private Entry entry(String name) {
        String tensor = "tensor " + quoted(name);
        require(json.currentToken() == JsonToken.START_OBJECT, tensor + " is not described by a JSON object");
        Dtype dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> {
                    require(dtype == null, tensor + " has two values of dtype");
                    dtype = dtype(tensor);
                }
                case "shape" -> {
                    require(shape == null, tensor + " has two values of shape");
                    shape = naturals(MOST_DIMENSIONS);
                    require(shape != null, tensor + " has no valid shape");
                }
                case "data_offsets" -> {
                    require(offsets == null, tensor + " has two values of data_offsets");
                    offsets = naturals(2);
                    require(offsets != null, tensor + " has no valid data_offsets");
                }
                default -> json.skipChildren();
            }
        }
        if (dtype == null) {
            throw damaged(file, tensor + " has an unknown dtype null");
        }
        if (shape == null) {
            throw damaged(file, tensor + " has no valid shape");
        }
        if (offsets == null || offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
            throw damaged(file, tensor + " has no valid data_offsets");
        }
        Entry entry = new Entry(dtype, shape, offsets.get(0), offsets.get(1));
        require(
                entry.bytes() == bytes(entry),
                tensor + " takes " + entry.bytes() + " bytes, which does not fit its shape " + shape + " of " + dtype);
        return entry;
    }

    private Dtype dtype(String tensor) {
        boolean text = json.currentToken() == JsonToken.VALUE_STRING;
        Dtype dtype = text ? Dtype.named(json.getString()) : null;
        if (dtype == null) {
            String shown = text ? quoted(json.getString()).replace('\'', '"') : String.valueOf(json.currentToken());
            throw damaged(file, tensor + " has an unknown dtype " + shown);
        }
        return dtype;
    }

    /**
     * Reads an array of at most {@code most} whole numbers that are not negative; returns null if it is anything else.
     */
    private @Nullable List<Long> naturals(int most) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            return null;
        }
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            boolean fits = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                    && json.getLongValue() >= 0
                    && numbers.size() < most;
            if (!fits) {
                return null;
            }
            numbers.add(json.getLongValue());
        }
        return List.copyOf(numbers);
    }

    /**
     * Returns the bytes that the shape of {@code entry} takes; -1 if even the sizes other than 0 are too many to count.
     */
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
}
