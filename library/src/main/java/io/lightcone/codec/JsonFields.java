// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of an object in a JSON file that another program has written. Each is asked for with the type that it must
 * have; what nobody has asked for can be refused.
 */
final class JsonFields {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Path file;
    private final JsonNode object;
    private final Set<String> asked = new HashSet<>();

    private JsonFields(Path file, JsonNode object) {
        this.file = file;
        this.object = object;
    }

    /**
     * Reads a file.
     *
     * @throws UserException if it cannot be read, or is not one object
     */
    static JsonFields read(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readString(file));
            if (!root.isObject()) {
                throw new UserException(file + " is not a JSON object");
            }
            return new JsonFields(file, root);
        } catch (JacksonException e) {
            throw new UserException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (MalformedInputException e) {
            throw new UserException(file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new UserException(file + " cannot be read: " + FileTrouble.reason(e, file), e);
        }
    }

    private @Nullable JsonNode get(String key) {
        asked.add(key);
        return object.get(key);
    }

    private UserException wrong(String key, String need) {
        return new UserException("in " + file + ", " + key + " must be " + need + ", not " + object.path(key));
    }

    /** Returns the object under {@code key}. */
    JsonFields group(String key) {
        JsonNode value = get(key);
        if (value == null || !value.isObject()) {
            throw value == null ? new UserException(file + " has no " + key) : wrong(key, "an object");
        }
        return new JsonFields(file, value);
    }

    /** Returns all fields, each of which must be a text. */
    Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        object.properties().forEach(field -> {
            if (!field.getValue().isString()) {
                throw wrong(field.getKey(), "a text");
            }
            texts.put(field.getKey(), field.getValue().stringValue());
        });
        return texts;
    }

    /** Returns a whole number of at least 1. */
    int count(String key, int otherwise) {
        JsonNode value = get(key);
        return value == null ? otherwise : positive(key, value);
    }

    private int positive(String key, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            throw wrong(key, "a whole number above 0");
        }
        return value.intValue();
    }

    /** Returns a list of whole numbers of at least 1. */
    List<Integer> counts(String key, List<Integer> otherwise) {
        List<Integer> counts = new ArrayList<>();
        JsonNode list = list(key, "a list of whole numbers above 0");
        if (list == null) {
            return otherwise;
        }
        list.forEach(value -> counts.add(positive(key, value)));
        return List.copyOf(counts);
    }

    private @Nullable JsonNode list(String key, String need) {
        JsonNode list = get(key);
        if (list != null && (!list.isArray() || list.isEmpty())) {
            throw wrong(key, need);
        }
        return list;
    }

    /** Requires that a list has nothing but {@code only} in it, {@code times} times. */
    void requireAll(String key, String only, int times) {
        String need = "a list of " + times + " times " + only + "; others are not supported";
        JsonNode list = list(key, need);
        int found = list == null ? 1 : list.size();
        boolean same = true;
        for (int i = 0; list != null && i < found; i++) {
            same &= list.path(i).isString() && list.path(i).stringValue().equals(only);
        }
        if (found != times || !same) {
            throw wrong(key, need);
        }
    }

    /** Returns whether the text {@code other} is under {@code key}. */
    boolean is(String key, String other) {
        JsonNode value = get(key);
        return value != null && value.isString() && value.stringValue().equals(other);
    }

    /** Requires that a text, where it is given, is {@code only}. */
    void require(String key, String only) {
        if (has(key) && !is(key, only)) {
            throw wrong(key, only + "; others are not supported");
        }
    }

    /** Returns true or false. */
    boolean flag(String key, boolean otherwise) {
        JsonNode value = get(key);
        if (value != null && !value.isBoolean()) {
            throw wrong(key, "true or false");
        }
        return value == null ? otherwise : value.booleanValue();
    }

    /** Returns whether there is a value under {@code key}. */
    boolean has(String key) {
        return get(key) != null;
    }

    /**
     * Requires that there are no other fields than those that were asked for, those in {@code harmless}, and those
     * whose name begins with an underscore.
     */
    void requireNoOthers(Set<String> harmless) {
        for (String key : object.propertyNames()) {
            if (!asked.contains(key) && !harmless.contains(key) && !key.startsWith("_")) {
                throw new UserException(file + " has a key " + key
                        + " that Lightcone does not know, so the network may be another one than it would compute");
            }
        }
    }
}
