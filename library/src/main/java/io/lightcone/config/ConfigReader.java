// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.Entry;
import io.lightcone.config.ConfigNode.Layer;
import io.lightcone.config.ConfigNode.Mapping;
import io.lightcone.config.ConfigNode.ScalarKind;
import io.lightcone.config.ConfigNode.ScalarNode;
import io.lightcone.config.ConfigNode.Sequence;
import io.lightcone.config.ConfigNode.SourceLocation;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations from YAML into nested records, strictly: a key that is unknown, missing or repeated, or a value
 * of the wrong type, is a {@link UserException} that names the key, its place and what was probably meant. Components
 * may be whole numbers, decimals, booleans, text, enums (case does not matter), records, interfaces of records of
 * several kinds (the key {@code kind} says which; see {@link Kinds}), and lists of these; only components marked
 * {@code @Nullable} may be null. Errors of the records' own checks, which throw an {@link IllegalArgumentException},
 * get their path and place too; those of checks that read files are {@link ChecksFiles}.
 */
public final class ConfigReader {
    private ConfigReader() {}

    /**
     * Reads a configuration: {@code base}, then the file over it, then the overrides over both. Groups are merged key
     * by key; a list replaces a list.
     *
     * @param type class of the record to read
     * @param base a preset, or null to need every key from the others
     * @param yamlFile a YAML mapping, or null
     * @param overrides {@code path=value}, with {@code value} in YAML, as in {@code model.depth=12}, {@code
     *     model.name="3"}, {@code sizes=[1, 2]} or {@code branches.0.window=5}; of two for the same path the later one
     *     counts
     * @throws UserException if any of these is not right
     */
    public static <T extends Record> T read(
            Class<T> type, @Nullable T base, @Nullable Path yamlFile, List<String> overrides) {
        return read(type, base, yamlFile, overrides, null);
    }

    /**
     * Reads a configuration from a file that may be of an earlier format, if {@code migrations} know of any.
     *
     * @throws UserException if any of these is not right; where a file that names no format is at fault for being read
     *     as one of the first, it says so
     */
    public static <T extends Record> T read(
            Class<T> type,
            @Nullable T base,
            @Nullable Path yamlFile,
            List<String> overrides,
            @Nullable Migrations migrations) {
        if (yamlFile == null) {
            return bind(type, base, empty(), overrides);
        }
        String text = text(yamlFile); // once, since it may be a pipe
        Mapping file = parsed(text, yamlFile);
        if (migrations == null) {
            return bind(type, base, file, overrides);
        }
        boolean namesNone = Migrations.namesNone(file);
        migrations.apply(file, yamlFile.toString(), base == null);
        try {
            return bind(type, base, file, overrides);
        } catch (UserException e) {
            if (namesNone && isReadable(() -> bind(type, base, parsed(text, yamlFile), overrides))) {
                throw new UserException(e.getMessage() + "; " + migrations.adviceFor(yamlFile.toString()), e);
            }
            throw e;
        }
    }

    /**
     * Returns whether the mapping in a YAML file has {@code key} at its top.
     *
     * @throws UserException if it cannot be read, or is no mapping
     */
    public static boolean has(Path yamlFile, String key) {
        return parsed(text(yamlFile), yamlFile).entries().containsKey(key);
    }

    private static boolean isReadable(Runnable reading) {
        try {
            reading.run();
            return true;
        } catch (UserException e) {
            return false;
        }
    }

    private static <T extends Record> T bind(Class<T> type, @Nullable T base, Mapping file, List<String> overrides) {
        Mapping root = empty();
        if (base != null && YamlParser.value(write(base), SourceLocation.PRESET) instanceof Mapping preset) {
            root = preset;
        }
        root.merge(file);
        for (String override : overrides) {
            override(root, override);
        }
        return new RecordBinder(type).bind(type, root);
    }

    private static Mapping empty() {
        return new Mapping(new LinkedHashMap<>(), SourceLocation.PRESET);
    }

    /**
     * Returns {@code base} with other values for some of its keys, which are given as a user would write them;
     * {@link io.lightcone.RecordCopy} takes values as they are.
     *
     * @param settings {@code path=value} as for {@link #read}, such as {@code depth=12} or {@code branches.0.window=5}
     * @throws UserException if a setting is not right
     */
    public static <T extends Record> T with(T base, String... settings) {
        @SuppressWarnings("unchecked") // the class of a T
        Class<T> type = (Class<T>) base.getClass();
        return read(type, base, null, List.of(settings));
    }

    /**
     * Returns the YAML of {@code config}, keys in the order of the record components; reading it back gives an equal
     * record.
     *
     * @throws IllegalArgumentException if a component is of a type that configurations do not have
     */
    public static String write(Record config) {
        return YamlWriter.write(config);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UserException("the configuration " + file + " does not exist", e);
        } catch (CharacterCodingException e) {
            throw new UserException("the configuration " + file + " is not text in UTF-8", e);
        } catch (IOException e) {
            throw new UserException("the configuration " + file + " cannot be read: " + FileTrouble.reason(e, file), e);
        }
    }

    private static Mapping parsed(String text, Path file) {
        ConfigNode node = YamlParser.file(text, file.toString());
        if (node == null) {
            return empty();
        }
        if (node instanceof Mapping mapping) {
            return mapping;
        }
        throw new UserException("the configuration " + file + " must be a group of keys, not " + node.shown());
    }

    private static void override(Mapping root, String override) {
        SourceLocation location = new SourceLocation("setting " + override, Layer.SETTINGS);
        int equals = override.indexOf('=');
        String[] keys = override.substring(0, Math.max(equals, 0)).strip().split("\\.", -1);
        for (String key : keys) {
            if (key.isBlank()) {
                throw new UserException("malformed " + location.text() + "; write key=value, as in model.depth=12");
            }
        }
        ConfigNode value = YamlParser.value(override.substring(equals + 1), location);
        if (value == null) {
            value = new ScalarNode(ScalarKind.NULL, "null", location);
        }
        ConfigNode group = root;
        String path = "";
        for (int i = 0; i < keys.length - 1; i++) {
            path = YamlParser.join(path, keys[i]);
            group = child(group, keys[i], path, location);
        }
        set(group, keys[keys.length - 1], path, value, location);
    }

    /**
     * Returns the value of {@code key} in {@code group}, as a group for further keys; a new group if it has no value
     * yet.
     */
    private static ConfigNode child(ConfigNode group, String key, String path, SourceLocation location) {
        ConfigNode child = null;
        if (group instanceof Sequence list) {
            child = list.elements().get(index(list, key, path, location));
        } else if (group instanceof Mapping mapping) {
            Entry entry = mapping.entries().get(key);
            if (entry == null || RecordBinder.isNull(entry.value())) {
                entry = new Entry(location, new Mapping(new LinkedHashMap<>(), location));
                mapping.entries().put(key, entry);
            }
            child = entry.value();
        }
        if (child == null || child instanceof ScalarNode) {
            throw new UserException(path + " is a single value and has no keys of its own" + location.in());
        }
        return child;
    }

    private static void set(ConfigNode group, String key, String path, ConfigNode value, SourceLocation location) {
        if (group instanceof Sequence list) {
            list.elements().set(index(list, key, YamlParser.join(path, key), location), value);
        } else if (group instanceof Mapping mapping) {
            mapping.put(key, new Entry(location, value));
        }
    }

    private static int index(Sequence list, String key, String path, SourceLocation location) {
        int size = list.elements().size();
        if (key.matches("\\d{1,6}") && Integer.parseInt(key) < size) {
            return Integer.parseInt(key);
        }
        throw new UserException("unknown element " + path + location.in() + "; the list has "
                + (size == 0 ? "no elements" : size == 1 ? "only element 0" : "elements 0 to " + (size - 1)));
    }
}
