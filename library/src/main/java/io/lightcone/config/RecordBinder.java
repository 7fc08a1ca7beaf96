// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.Entry;
import io.lightcone.config.ConfigNode.Mapping;
import io.lightcone.config.ConfigNode.ScalarKind;
import io.lightcone.config.ConfigNode.ScalarNode;
import io.lightcone.config.ConfigNode.Sequence;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Binds {@link ConfigNode}s to records, and says precisely what does not fit. */
final class RecordBinder {
    private static final int PLACES_TOLD = 3;

    private final Class<?> root;

    /** Creates a binder for configurations of type {@code root}, all keys of which may be suggested. */
    RecordBinder(Class<?> root) {
        this.root = root;
    }

    <T extends Record> T bind(Class<T> type, Mapping node) {
        return type.cast(record(type, node, ""));
    }

    /** Returns the value of {@code component} in {@code config}. */
    static @Nullable Object get(RecordComponent component, Record config) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    private @Nullable Object component(RecordComponent component, ConfigNode node, String path) {
        AnnotatedType type = component.getAnnotatedType();
        if (isNull(node) && type.isAnnotationPresent(Nullable.class)) {
            return null;
        }
        return value(type.getType(), node, path);
    }

    private Object value(Type type, ConfigNode node, String path) {
        if (isNull(node)) {
            throw new UserException(path + " must not be null" + node.location().in());
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            return list(list.getActualTypeArguments()[0], node, path);
        }
        if (type instanceof Class<?> single) {
            return single.isRecord() || !Kinds.of(single).isEmpty()
                    ? record(single, node, path)
                    : ScalarBinder.bind(single, node, path);
        }
        throw new IllegalArgumentException("a configuration has no values of type " + type);
    }

    static boolean isNull(ConfigNode node) {
        return node instanceof ScalarNode scalar && scalar.kind() == ScalarKind.NULL;
    }

    private Object list(Type elementType, ConfigNode node, String path) {
        if (!(node instanceof Sequence sequence)) {
            throw ScalarBinder.wrong(path, "a list", node);
        }
        List<Object> values = new ArrayList<>();
        for (ConfigNode element : sequence.elements()) {
            values.add(value(elementType, element, YamlParser.join(path, String.valueOf(values.size()))));
        }
        return List.copyOf(values);
    }

    private Object record(Class<?> type, ConfigNode node, String path) {
        if (!(node instanceof Mapping mapping)) {
            throw ScalarBinder.wrong(path, "a group of keys", node);
        }
        List<Class<?>> kinds = Kinds.of(type);
        if (kinds.isEmpty()) {
            return components(type, mapping, keys(type), path);
        }
        Class<?> kind = Kinds.chosen(type, kinds, mapping, path);
        List<String> valid = new ArrayList<>(List.of(Kinds.KEY));
        valid.addAll(keys(kind));
        return components(kind, Kinds.fitted(kind, kinds, mapping, path), valid, path);
    }

    /** Returns the keys of a record, without its kind. */
    static List<String> keys(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();
    }

    private Object components(Class<?> type, Mapping mapping, List<String> valid, String path) {
        refuseUnknown(mapping, valid, path);
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = components[i].getName();
            Entry entry = mapping.entries().get(key);
            if (entry == null) {
                throw new UserException("missing key " + YamlParser.join(path, key)
                        + mapping.location().in());
            }
            values[i] = component(components[i], entry.value(), YamlParser.join(path, key));
        }
        Object made = construct(type, values, mapping, path);
        if (made instanceof ChecksFiles checked) {
            try {
                checked.checkFiles();
            } catch (IllegalArgumentException refusal) {
                throw refused(refusal, mapping, path);
            }
        }
        return made;
    }

    private void refuseUnknown(Mapping mapping, List<String> valid, String path) {
        mapping.entries().forEach((key, entry) -> {
            if (!valid.contains(key)) {
                throw new UserException("unknown key " + YamlParser.join(path, key)
                        + entry.keyLocation().in() + "; " + hint(key, valid, path));
            }
        });
    }

    /**
     * Returns a suggestion for an unknown key: the nearest key of the same group; else a key of that very name in
     * another group; else all of this group.
     */
    private String hint(String key, List<String> valid, String path) {
        String nearest = Suggestions.nearest(key, valid);
        if (nearest == null) {
            for (String elsewhere : paths(root, "", new ArrayList<>())) {
                if (elsewhere.endsWith("." + key)) {
                    return "did you mean " + elsewhere + "?";
                }
            }
            return "valid are "
                    + valid.stream().map(name -> YamlParser.join(path, name)).collect(Collectors.joining(", "));
        }
        return "did you mean " + YamlParser.join(path, nearest) + "?";
    }

    /**
     * Returns the paths of all keys below {@code type}, lists left out; {@code around} are the types that enclose it.
     */
    private static List<String> paths(Class<?> type, String path, List<Class<?>> around) {
        List<String> paths = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String childPath = YamlParser.join(path, component.getName());
            paths.add(childPath);
            List<Class<?>> kinds = Kinds.of(component.getType());
            for (Class<?> child : kinds.isEmpty() ? List.of(component.getType()) : kinds) {
                if (child.isRecord() && !around.contains(child)) {
                    List<Class<?>> inside = new ArrayList<>(around);
                    inside.add(type);
                    paths.addAll(paths(child, childPath, inside));
                }
            }
        }
        return paths;
    }

    private static Object construct(Class<?> type, @Nullable Object[] values, Mapping node, String path) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refusal) {
                throw refused(refusal, node, path);
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(type + " cannot be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    /**
     * Returns the error for values that a record's own checks refused, with the keys that may be to blame: those that
     * the message names or else all, as far as the user wrote them.
     */
    private static UserException refused(IllegalArgumentException refusal, Mapping node, String path) {
        String message = String.valueOf(refusal.getMessage()).replaceAll("\\.$", "");
        Map<String, String> written = new LinkedHashMap<>();
        collectWritten(node, path, written);
        List<String> named = written.entrySet().stream()
                .filter(item -> mentions(message, item.getKey()))
                .map(Map.Entry::getValue)
                .distinct()
                .toList();
        List<String> places =
                named.isEmpty() ? written.values().stream().distinct().toList() : named;
        String where = places.isEmpty()
                ? ""
                : ", set in " + String.join(" and ", places.subList(0, Math.min(PLACES_TOLD, places.size())));
        return new UserException(
                (path.isEmpty() ? "the configuration" : path) + " is not valid: " + message + where, refusal);
    }

    private static boolean mentions(String message, String path) {
        String key = path.substring(path.lastIndexOf('.') + 1);
        return Pattern.compile("\\b" + Pattern.quote(key) + "\\b")
                .matcher(message)
                .find();
    }

    /** Collects the places of the keys below {@code node} that the user wrote, by path. */
    private static void collectWritten(ConfigNode node, String path, Map<String, String> places) {
        if (node instanceof Mapping mapping) {
            mapping.entries().forEach((key, entry) -> {
                String keyPath = YamlParser.join(path, key);
                if (entry.keyLocation().byUser() && !(entry.value() instanceof Mapping)) {
                    places.put(keyPath, entry.keyLocation().text());
                }
                collectWritten(entry.value(), keyPath, places);
            });
        } else if (node instanceof Sequence list) {
            for (int i = 0; i < list.elements().size(); i++) {
                ConfigNode element = list.elements().get(i);
                String elementPath = YamlParser.join(path, String.valueOf(i));
                if (element instanceof ScalarNode && element.location().byUser()) {
                    places.put(elementPath, element.location().text());
                }
                collectWritten(element, elementPath, places);
            }
        }
    }
}
