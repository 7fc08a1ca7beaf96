// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.Entry;
import io.lightcone.config.ConfigNode.Layer;
import io.lightcone.config.ConfigNode.Mapping;
import io.lightcone.config.ConfigNode.ScalarNode;
import io.lightcone.config.ConfigNode.SourceLocation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds sections of a configuration that are of one kind or another: sealed interfaces, and those with {@link
 * OpenKinds}, each of whose records has a {@link Kind}. Configurations have layers: a preset, a file, settings. Where a
 * layer names another kind than those below it, the keys from below that the new kind has too stay, the others are
 * dropped, and what is still missing comes from the new kind's defaults. Within a layer, a key of another kind is an
 * error.
 */
public final class Kinds {
    static final String KEY = "kind";

    private Kinds() {}

    /**
     * Returns the records that a value of {@code type} may be: the {@linkplain #builtIn built-in} ones, then those that
     * the class path adds to an open type, by name; none if it has no kinds.
     *
     * @throws IllegalArgumentException if {@code type} has kinds but one of these records has no {@link Kind}
     * @throws UserException if the class path names a kind that is not there, or two of the same name
     */
    public static List<Class<?>> of(Class<?> type) {
        List<Class<?>> builtIn = builtIn(type);
        if (!isOpen(type)) {
            return builtIn;
        }
        List<Class<?>> kinds = new ArrayList<>(builtIn);
        try {
            ServiceLoader.load(type).stream()
                    .<Class<?>>map(ServiceLoader.Provider::type)
                    .sorted(Comparator.comparing(Kinds::name))
                    .forEach(kinds::add);
        } catch (ServiceConfigurationError e) {
            throw new UserException(
                    "the class path names a kind that cannot be loaded (" + e.getMessage()
                            + "); mend or leave out the library that names it in META-INF/services",
                    e);
        }
        requireDistinct(kinds);
        return List.copyOf(kinds);
    }

    /**
     * Returns the records that a value of {@code type} may be whatever is on the class path: those of its permits
     * clause, or those that its {@link OpenKinds} names, in that order; none if it has no kinds.
     *
     * @throws IllegalArgumentException if {@code type} has kinds but one of these records has no {@link Kind}
     */
    public static List<Class<?>> builtIn(Class<?> type) {
        if (type.isAnnotationPresent(Kind.class)) {
            return List.of(type);
        }
        OpenKinds open = type.getAnnotation(OpenKinds.class);
        if (open == null && !(type.isInterface() && type.isSealed())) {
            return List.of();
        }
        Class<?>[] records = open == null ? type.getPermittedSubclasses() : open.value();
        List<Class<?>> kinds = List.of(records);
        kinds.forEach(Kinds::name);
        return kinds;
    }

    private static boolean isOpen(Class<?> type) {
        return type.isAnnotationPresent(OpenKinds.class);
    }

    private static void requireDistinct(List<Class<?>> kinds) {
        Map<String, Class<?>> named = new HashMap<>();
        for (Class<?> kind : kinds) {
            Class<?> other = named.putIfAbsent(name(kind).toLowerCase(Locale.ROOT), kind);
            if (other != null) {
                throw new UserException("the kind " + name(kind) + " is both " + other.getName() + " and "
                        + kind.getName() + "; leave the library of one of them out of the class path");
            }
        }
    }

    /** Returns the name of a record that is a kind. */
    public static String name(Class<?> kind) {
        Kind name = kind.getAnnotation(Kind.class);
        if (name == null || !kind.isRecord()) {
            throw new IllegalArgumentException(kind.getName() + " must be a record with an annotation @Kind");
        }
        return name.value();
    }

    /** Returns the defaults of a record that is a kind: of its method {@code defaults()}, or of its constructor. */
    public static Record defaults(Class<?> kind) {
        try {
            for (Constructor<?> constructor : kind.getDeclaredConstructors()) {
                if (constructor.getParameterCount() == 0) {
                    constructor.setAccessible(true);
                    return (Record) constructor.newInstance();
                }
            }
            Method defaults = kind.getDeclaredMethod("defaults");
            defaults.setAccessible(true);
            return (Record) defaults.invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    kind.getName() + " must have a static method defaults() or a constructor without parameters", e);
        }
    }

    /** Returns whether two nodes name the same kind. */
    static boolean same(ConfigNode one, ConfigNode other) {
        return one instanceof ScalarNode a
                && other instanceof ScalarNode b
                && a.text().equalsIgnoreCase(b.text());
    }

    /** Returns which of {@code kinds}, those of {@code type}, the group at {@code path} names. */
    static Class<?> chosen(Class<?> type, List<Class<?>> kinds, Mapping mapping, String path) {
        List<String> names = kinds.stream().map(Kinds::name).toList();
        String key = YamlParser.join(path, KEY);
        Entry entry = mapping.entries().get(KEY);
        if (entry == null) {
            throw new UserException("missing key " + key + mapping.location().in() + "; "
                    + (names.size() == 1 ? "it is " : "it is one of ") + String.join(", ", names));
        }
        String otherwise = isOpen(type) ? "; others are found once the library that has them is on the class path" : "";
        return ScalarBinder.named(kinds, names, entry.value(), key, otherwise);
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
