// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A difference between two configurations of one type: a key with the values that it has in them.
 *
 * @param key path of the key, such as {@code model.branches.0.window}
 * @param first its value in the first configuration, as YAML; lists of groups are only counted
 * @param second its value in the second one
 */
public record Difference(String key, String first, String second) {

    /**
     * Returns all differences, in the order of the keys. Where two sections are of different kinds, the kind is all
     * that differs, and where two lists are of different lengths, the list.
     */
    public static <T extends Record> List<Difference> between(T first, T second) {
        List<Difference> differences = new ArrayList<>();
        collect("", first, second, differences);
        return List.copyOf(differences);
    }

    private static void collect(
            String path, @Nullable Object first, @Nullable Object second, List<Difference> differences) {
        if (Objects.equals(first, second)) {
            return;
        }
        if (first instanceof Record one && second instanceof Record other) {
            if (one.getClass() == other.getClass()) {
                for (RecordComponent component : one.getClass().getRecordComponents()) {
                    String key = YamlParser.join(path, component.getName());
                    collect(key, RecordBinder.get(component, one), RecordBinder.get(component, other), differences);
                }
            } else {
                String key = YamlParser.join(path, Kinds.KEY);
                differences.add(new Difference(key, Kinds.name(one.getClass()), Kinds.name(other.getClass())));
            }
        } else if (first instanceof List<?> one && second instanceof List<?> other && one.size() == other.size()) {
            for (int i = 0; i < one.size(); i++) {
                collect(YamlParser.join(path, String.valueOf(i)), one.get(i), other.get(i), differences);
            }
        } else {
            differences.add(new Difference(path, text(first), text(second)));
        }
    }

    private static String text(@Nullable Object value) {
        String line = YamlWriter.inline(value);
        if (line != null) {
            return line;
        }
        return value instanceof List<?> list ? "a list of " + list.size() : "a group of keys";
    }
}
