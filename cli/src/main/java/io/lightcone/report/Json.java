// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** An object of JSON whose keys keep the order in which they were put: output that programs read. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Map<String, @Nullable Object> entries = new LinkedHashMap<>();

    /** Adds a number, text, null, another object, or a list or map of these. */
    public Json put(String key, @Nullable Object value) {
        entries.put(key, value instanceof Json json ? json.entries : value);
        return this;
    }

    public Map<String, @Nullable Object> map() {
        return entries;
    }

    @Override
    public String toString() {
        return MAPPER.writeValueAsString(entries);
    }
}
