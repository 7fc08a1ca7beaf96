// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.report;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes records as JSON that programs read: keys are the names of the components, in their order. */
final class JsonOutput {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private JsonOutput() {}

    /** Returns {@code output}, a record of numbers, texts, lists, maps and further records, as an indented object. */
    static String of(Record output) {
        return MAPPER.writeValueAsString(output);
    }
}
