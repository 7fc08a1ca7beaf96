// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Finds every number of a configuration, by its path, and values for it that are hardly ever meant. */
public final class NumericKeys {
    private static final List<String> DECIMALS = List.of(
            "0",
            "-1",
            "1",
            "0.5",
            "2",
            "1e300",
            "-1e300",
            "1e40",
            "1e-40",
            "1e-300",
            "4.9e-324",
            "0.9999999999999999",
            ".nan",
            ".inf",
            "-.inf",
            "2147483647");

    private NumericKeys() {}

    /** Returns the paths of numbers, and their types. */
    public static Map<String, Class<?>> of(Record config) {
        Map<String, Class<?>> found = new LinkedHashMap<>();
        collect("", config, found);
        return found;
    }

    private static void collect(String path, Record config, Map<String, Class<?>> into) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            String key = join(path, component.getName());
            Object value = get(component, config);
            if (value instanceof Number) {
                into.put(key, component.getType());
            } else if (value instanceof Record inner) {
                collect(key, inner, into);
            } else if (value instanceof List<?> list) {
                for (int i = 0; i < list.size(); i++) {
                    if (list.get(i) instanceof Record inner) {
                        collect(join(key, String.valueOf(i)), inner, into);
                    }
                }
            }
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static Object get(RecordComponent component, Record config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns values at the ends of a type, near them, and where products of two of them leave it. */
    public static Stream<String> extremes(Class<?> type) {
        if (type == double.class || type == float.class) {
            return DECIMALS.stream();
        }
        LongStream ofInt = LongStream.concat(
                LongStream.of(0, -1, 1, 2, Integer.MIN_VALUE, 46_341, 357_913_941, 715_827_883, 1_073_741_824),
                IntStream.rangeClosed(1, 33).mapToLong(k -> (1L << 31) - k));
        LongStream ofLong = LongStream.of(Long.MIN_VALUE, 1L << 31, 1L << 62, Long.MAX_VALUE - 1, Long.MAX_VALUE);
        return (type == long.class ? LongStream.concat(ofInt, ofLong) : ofInt).mapToObj(String::valueOf);
    }

    /** Returns the name of a key, without the groups that it lies in. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }
}
