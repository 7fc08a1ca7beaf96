// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes records as readable YAML: groups indented by two, lists of single values on one line, few quotes. */
final class YamlWriter {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");
    /** The words that some YAML reader takes for something else than text. */
    private static final Set<String> RESERVED = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private YamlWriter() {}

    static String write(Record config) {
        if (inline(config) != null) {
            return "{}\n";
        }
        return String.join("\n", lines(config)) + "\n";
    }

    private static List<String> lines(@Nullable Object value) {
        List<String> lines = new ArrayList<>();
        if (value instanceof Record config) {
            if (isKind(config)) {
                lines.add(Kinds.KEY + ": " + text(Kinds.name(config.getClass())));
            }
            for (RecordComponent component : config.getClass().getRecordComponents()) {
                Object child = RecordBinder.get(component, config);
                String text = inline(child);
                lines.add(component.getName() + ":" + (text != null ? " " + text : ""));
                if (text == null) {
                    lines(child).forEach(line -> lines.add("  " + line));
                }
            }
        } else if (value instanceof List<?> list) {
            for (Object element : list) {
                String text = inline(element);
                List<String> block = text != null ? List.of(text) : lines(element);
                lines.add("- " + block.get(0));
                block.stream().skip(1).forEach(line -> lines.add("  " + line));
            }
        }
        return lines;
    }

    private static boolean isKind(Record config) {
        return config.getClass().isAnnotationPresent(Kind.class);
    }

    /** Returns the value on one line, or null if it needs several. */
    static @Nullable String inline(@Nullable Object value) {
        if (value instanceof Record config) {
            return config.getClass().getRecordComponents().length == 0 && !isKind(config) ? "{}" : null;
        }
        if (value instanceof List<?> list) {
            List<String> elements = new ArrayList<>();
            for (Object element : list) {
                String text = inline(element);
                if (text == null) {
                    return null;
                }
                elements.add(text);
            }
            return elements.stream().collect(Collectors.joining(", ", "[", "]"));
        }
        return scalar(value);
    }

    private static String scalar(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof Double number) {
            return decimal(number, number.toString());
        }
        if (value instanceof Float number) {
            return decimal(number, number.toString());
        }
        if (value instanceof Enum<?> constant) {
            return text(constant.name().toLowerCase(Locale.ROOT));
        }
        if (value instanceof String string) {
            return text(string);
        }
        throw new IllegalArgumentException(
                "a configuration has no values of type " + value.getClass().getName());
    }

    /**
     * Returns {@code digits} as people write them: 0.05, 1.0e-4, 2.5e+9, 3.0. Readers of YAML 1.1, Python's among them,
     * take a number for text that has an exponent without a point before it, or without a sign in it.
     */
    private static String decimal(double number, String digits) {
        if (Double.isNaN(number)) {
            return ".nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? ".inf" : "-.inf";
        }
        double size = Math.abs(number);
        if (size == 0) {
            return digits;
        }
        BigDecimal decimal = new BigDecimal(digits).stripTrailingZeros();
        if (size >= 1e-3 && size < 1e7) {
            return withPoint(decimal);
        }
        int exponent = decimal.precision() - decimal.scale() - 1;
        return withPoint(decimal.movePointLeft(exponent)) + (exponent < 0 ? "e" : "e+") + exponent;
    }

    private static String withPoint(BigDecimal decimal) {
        String plain = decimal.toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    private static String text(String text) {
        if (PLAIN.matcher(text).matches() && !RESERVED.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (isPrintable(c)) {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", c));
            }
        });
        return quoted.append('"').toString();
    }

    private static boolean isPrintable(int c) {
        boolean control = c < 0x20 || (c >= 0x7f && c < 0xa0);
        boolean odd = c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe || c == 0xffff;
        return !control && !odd;
    }
}
