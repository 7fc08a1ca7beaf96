// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Compares the keys of a command's JSON, and the types of their values, with those that programs have come to rely on.
 * They are listed in a resource for each command, a path such as {@code rows[].psnr.mean: number} in each line, in the
 * order in which the command prints them. A key that is added or renamed on purpose is changed there too.
 */
final class JsonKeys {
    private JsonKeys() {}

    /** Asserts that {@code json} has exactly the keys listed in the resource {@code json-keys/COMMAND.txt}. */
    static void assertKeys(String command, JsonNode json) {
        assertThat(of(json)).as("keys of the JSON of " + command).isEqualTo(expected(command));
    }

    private static List<String> expected(String command) {
        String resource = "/json-keys/" + command + ".txt";
        try (InputStream in = JsonKeys.class.getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lists the paths of all values in {@code json} with their types, each path once, in the order of appearance. */
    static List<String> of(JsonNode json) {
        Map<String, Set<String>> types = new LinkedHashMap<>();
        collect("", json, types);
        List<String> lines = new ArrayList<>();
        types.forEach((path, found) -> lines.add(path + ": " + String.join(" or ", found)));
        return lines;
    }

    private static void collect(String path, JsonNode node, Map<String, Set<String>> types) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> collect(
                            path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), types));
        } else if (node.isArray() && !node.isEmpty()) {
            node.forEach(item -> collect(path + "[]", item, types));
        } else {
            types.computeIfAbsent(path, key -> new TreeSet<>()).add(type(node));
        }
    }

    /** Numbers that JSON does not know are printed as text, and are numbers nevertheless. */
    private static String type(JsonNode node) {
        if (node.isString() && Set.of("NaN", "Infinity", "-Infinity").contains(node.asString())) {
            return "number";
        }
        return switch (node.getNodeType()) {
            case ARRAY -> "empty list";
            case NUMBER -> "number";
            case STRING -> "text";
            case BOOLEAN -> "boolean";
            case NULL -> "null";
            default -> throw new AssertionError(node.getNodeType());
        };
    }
}
