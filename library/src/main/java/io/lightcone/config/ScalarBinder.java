// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.ScalarKind;
import io.lightcone.config.ConfigNode.ScalarNode;
import java.util.List;
import java.util.Locale;

/** Binds single values to numbers, booleans, text and enum constants, each strictly by its type. */
final class ScalarBinder {
    private ScalarBinder() {}

    static Object bind(Class<?> type, ConfigNode node, String path) {
        if (type.isEnum()) {
            return constant(type, node, path);
        }
        if (type == int.class || type == Integer.class) {
            return (int) whole(node, path, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (type == long.class || type == Long.class) {
            return whole(node, path, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (type == double.class || type == Double.class) {
            return decimal(node, path, false);
        }
        if (type == float.class || type == Float.class) {
            return (float) decimal(node, path, true);
        }
        if (type == boolean.class || type == Boolean.class) {
            return Boolean.valueOf(
                    scalar(node, path, "true or false", ScalarKind.BOOLEAN).text());
        }
        if (type == String.class) {
            return text(node, path);
        }
        throw new IllegalArgumentException("a configuration has no values of type " + type.getName());
    }

    /** Returns an error such as "model.depth must be a whole number, not 3.5 in run.yaml line 3, column 7". */
    static UserException wrong(String path, String expected, ConfigNode node) {
        return new UserException((path.isEmpty() ? "the configuration" : path) + " must be " + expected + ", not "
                + node.shown() + node.location().in());
    }

    private static ScalarNode scalar(ConfigNode node, String path, String expected, ScalarKind... kinds) {
        if (node instanceof ScalarNode scalar && List.of(kinds).contains(scalar.kind())) {
            return scalar;
        }
        throw wrong(path, expected, node);
    }

    private static String text(ConfigNode node, String path) {
        if (node instanceof ScalarNode scalar && scalar.kind() != ScalarKind.TEXT) {
            throw wrong(path, "text (in quotes: \"" + scalar.text() + "\")", node);
        }
        return scalar(node, path, "text", ScalarKind.TEXT).text();
    }

    private static long whole(ConfigNode node, String path, long min, long max) {
        String text = scalar(node, path, "a whole number", ScalarKind.INTEGER).text();
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Only too many digits lead here; the error is thrown below.
        }
        throw wrong(path, "a whole number from " + min + " to " + max, node);
    }

    private static double decimal(ConfigNode node, String path, boolean single) {
        String text = scalar(node, path, "a number", ScalarKind.INTEGER, ScalarKind.DECIMAL)
                .text()
                .toLowerCase(Locale.ROOT);
        if (text.endsWith(".nan")) {
            return Double.NaN;
        }
        if (text.endsWith(".inf")) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        double number = single ? Float.parseFloat(text) : Double.parseDouble(text);
        if (Double.isInfinite(number)) {
            throw wrong(path, "a number of at most " + (single ? Float.MAX_VALUE : Double.MAX_VALUE), node);
        }
        return number;
    }

    private static Object constant(Class<?> type, ConfigNode node, String path) {
        List<Object> constants = List.of(type.getEnumConstants());
        List<String> names = constants.stream()
                .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
                .toList();
        return named(constants, names, node, path, "");
    }

    /**
     * Returns the one of {@code values} whose name is the text of {@code node}, whatever its case.
     *
     * @param otherwise end of the message where no name is near the one that was written
     */
    static <T> T named(List<T> values, List<String> names, ConfigNode node, String path, String otherwise) {
        for (int i = 0; i < names.size(); i++) {
            if (node instanceof ScalarNode scalar && scalar.text().equalsIgnoreCase(names.get(i))) {
                return values.get(i);
            }
        }
        String nearest = node instanceof ScalarNode scalar ? Suggestions.nearest(scalar.text(), names) : null;
        String hint = nearest == null ? otherwise : "; did you mean " + nearest + "?";
        String expected = (names.size() == 1 ? "" : "one of ") + String.join(", ", names);
        throw new UserException(wrong(path, expected, node).getMessage() + hint);
    }
}
