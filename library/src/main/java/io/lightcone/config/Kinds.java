// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.Entry;
import io.lightcone.config.ConfigNode.Layer;
import io.lightcone.config.ConfigNode.Mapping;
import io.lightcone.config.ConfigNode.ScalarNode;
import io.lightcone.config.ConfigNode.SourceLocation;
import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds sections of a configuration that are of one kind or another: sealed interfaces, each of whose records has a
 * {@link Kind}. Configurations have layers: a preset, a file, settings. Where a layer names another kind than those
 * below it, the keys from below that the new kind has too stay, the others are dropped, and what is still missing comes
 * from the new kind's defaults. Within a layer, a key of another kind is an error.
 */
public final class Kinds {
    static final String KEY = "kind";

    private Kinds() {}

    /**
     * Returns the records that a value of {@code type} may be, in the order of the permits clause; none if it has no
     * kinds.
     *
     * @throws IllegalArgumentException if {@code type} is sealed but one of its records has no {@link Kind}
     */
    public static List<Class<?>> of(Class<?> type) {
        if (type.isAnnotationPresent(Kind.class)) {
            return List.of(type);
        }
        if (!type.isInterface() || !type.isSealed()) {
            return List.of();
        }
        List<Class<?>> kinds = List.of(type.getPermittedSubclasses());
        kinds.forEach(Kinds::name);
        return kinds;
    }

    /** Returns the name of a record that is a kind. */
    public static String name(Class<?> kind) {
        Kind name = kind.getAnnotation(Kind.class);
        if (name == null || !kind.isRecord()) {
            throw new IllegalArgumentException(kind.getName() + " must be a record with an annotation @Kind");
        }
        return name.value();
    }

    /** Returns the defaults of a record that is a kind. */
    public static Record defaults(Class<?> kind) {
        try {
            Method defaults = kind.getDeclaredMethod("defaults");
            defaults.setAccessible(true);
            return (Record) defaults.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(kind.getName() + " must have a static method defaults()", e);
        }
    }

    /** Returns whether two nodes name the same kind. */
    static boolean same(ConfigNode one, ConfigNode other) {
        return one instanceof ScalarNode a
                && other instanceof ScalarNode b
                && a.text().equalsIgnoreCase(b.text());
    }

    /** Returns which of {@code kinds} the group at {@code path} names. */
    static Class<?> chosen(List<Class<?>> kinds, Mapping mapping, String path) {
        List<String> names = kinds.stream().map(Kinds::name).toList();
        String key = YamlParser.join(path, KEY);
        Entry entry = mapping.entries().get(KEY);
        if (entry == null) {
            throw new UserException("missing key " + key + mapping.location().in() + "; "
                    + (names.size() == 1 ? "it is " : "it is one of ") + String.join(", ", names));
        }
        return ScalarBinder.named(kinds, names, entry.value(), key);
    }

    /**
     * Returns the group without its kind, with exactly the keys of that kind: see the class comment for what is
     * dropped.
     */
    static Mapping fitted(Class<?> kind, List<Class<?>> kinds, Mapping mapping, String path) {
        List<String> own = RecordBinder.keys(kind);
        Layer layer = Layer.BASE;
        Map<String, Entry> fitted = new LinkedHashMap<>();
        Entry chosen = mapping.entries().get(KEY);
        if (chosen != null
                && mapping.location().layer().isBelow(chosen.keyLocation().layer())) {
            layer = chosen.keyLocation().layer();
            fitted.putAll(entries(defaults(kind)));
        }
        for (Map.Entry<String, Entry> each : mapping.entries().entrySet()) {
            String key = each.getKey();
            SourceLocation location = each.getValue().keyLocation();
            String other = own.contains(key) || key.equals(KEY) ? null : kindWith(key, kinds);
            if (other != null && !location.layer().isBelow(layer)) {
                throw new UserException(YamlParser.join(path, key) + location.in() + " is a key of kind " + other
                        + ", but " + YamlParser.join(path, KEY) + " is " + name(kind));
            }
            if (other == null) {
                fitted.put(key, each.getValue());
            }
        }
        fitted.remove(KEY);
        return new Mapping(fitted, mapping.location());
    }

    private static Map<String, Entry> entries(Record defaults) {
        ConfigNode node = YamlParser.value(YamlWriter.write(defaults), SourceLocation.PRESET);
        return node instanceof Mapping mapping ? mapping.entries() : Map.of();
    }

    /** Returns the names of the kinds that have {@code key}, or null if none has. */
    private static @Nullable String kindWith(String key, List<Class<?>> kinds) {
        String names = kinds.stream()
                .filter(kind -> RecordBinder.keys(kind).contains(key))
                .map(Kinds::name)
                .collect(Collectors.joining(" or "));
        return names.isEmpty() ? null : names;
    }
}
