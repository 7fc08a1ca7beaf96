// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.Entry;
import io.lightcone.config.ConfigNode.Layer;
import io.lightcone.config.ConfigNode.Mapping;
import io.lightcone.config.ConfigNode.ScalarKind;
import io.lightcone.config.ConfigNode.ScalarNode;
import io.lightcone.config.ConfigNode.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Migrations turn configurations of earlier formats into ones of the present format, so that a saved configuration can
 * be read for ever. Formats count from 1; a saved configuration names its own under the key {@code format}, and one
 * that names none is of the first. The migration from each format to the next is applied before anything is bound to
 * records, so that binding can stay strict.
 */
public final class Migrations {
    private static final String KEY = "format";

    /** The migrations in order, of which the one at index i leads from format {@code i + 1} to the next. */
    private final List<Consumer<Edits>> steps;

    private Migrations(List<Consumer<Edits>> steps) {
        this.steps = List.copyOf(steps);
    }

    /** Returns migrations that know only the first format. */
    public static Migrations none() {
        return new Migrations(List.of());
    }

    /** Returns these migrations and {@code step}, which leads to one format more. */
    public Migrations then(Consumer<Edits> step) {
        List<Consumer<Edits>> longer = new ArrayList<>(steps);
        longer.add(step);
        return new Migrations(longer);
    }

    /** Returns the number of the present format. */
    int current() {
        return 1 + steps.size();
    }

    /** Returns the line at the top of a saved configuration that names its format. */
    public String line() {
        return KEY + ": " + current() + "\n";
    }

    /** The changes that a migration can make to a configuration. */
    public static final class Edits {
        private final Mapping root;
        private final SourceLocation location;
        private final boolean complete;

        private Edits(Mapping root, SourceLocation location, boolean complete) {
            this.root = root;
            this.location = location;
            this.complete = complete;
        }

        /**
         * Adds a key that the next format is the first to have, as {@link #add} does, if the configuration is complete.
         * Of one that lies over another, that other one says it.
         */
        public Edits introduce(String path, String yaml) {
            return complete ? add(path, yaml) : this;
        }

        /**
         * Adds a key with the value that was meant before there was such a key; where its group is missing, or the key
         * is there, nothing happens.
         *
         * @param path path of the key, such as {@code data.strict}
         * @param yaml value of the key
         */
        public Edits add(String path, String yaml) {
            Mapping group = group(path);
            ConfigNode value = YamlParser.value(yaml, location);
            if (group != null && value != null) {
                group.entries().putIfAbsent(key(path), new Entry(location, value));
            }
            return this;
        }

        /** Renames a key within its group; where it is missing, or the new name is taken, nothing happens. */
        public Edits rename(String path, String name) {
            Mapping group = group(path);
            if (group != null && !group.entries().containsKey(name)) {
                Entry entry = group.entries().remove(key(path));
                if (entry != null) {
                    group.entries().put(name, entry);
                }
            }
            return this;
        }

        /** Removes keys of a group; those that are missing are no error. */
        public Edits remove(String path, String... keys) {
            if (get(path) instanceof Mapping group) {
                group.entries().keySet().removeAll(List.of(keys));
            }
            return this;
        }

        /** Returns whether there is such a key. */
        public boolean has(String path) {
            return get(path) != null;
        }

        /** Returns whether a key has this single value, whatever its case. */
        public boolean is(String path, String value) {
            return get(path) instanceof ScalarNode scalar && scalar.text().equalsIgnoreCase(value);
        }

        private @Nullable ConfigNode get(String path) {
            Mapping group = group(path);
            Entry entry = group == null ? null : group.entries().get(key(path));
            return entry == null ? null : entry.value();
        }

        /** Returns the group that the key at {@code path} lies in, or null if there is none. */
        private @Nullable Mapping group(String path) {
            String[] keys = path.split("\\.", -1);
            Mapping group = root;
            for (int i = 0; i < keys.length - 1; i++) {
                Entry entry = group.entries().get(keys[i]);
                if (entry == null || !(entry.value() instanceof Mapping inner)) {
                    return null;
                }
                group = inner;
            }
            return group;
        }

        private static String key(String path) {
            return path.substring(path.lastIndexOf('.') + 1);
        }
    }

    /**
     * Changes a configuration to the present format, in place.
     *
     * @param file name of the file that it is from, for messages
     * @param complete whether it must have all keys, and does not lie over another configuration
     * @throws UserException if it names a format that is not known
     */
    void apply(Mapping root, String file, boolean complete) {
        int format = format(root.entries().remove(KEY));
        for (int next = format; next < current(); next++) {
            SourceLocation location = new SourceLocation(file + ", which is of format " + format, Layer.FILE);
            steps.get(next - 1).accept(new Edits(root, location, complete));
        }
    }

    /** Returns whether a configuration does not say of which format it is. */
    static boolean namesNone(Mapping root) {
        return !root.entries().containsKey(KEY);
    }

    /** Returns what to do about {@code file}, which names no format but can be read as one of the present format. */
    String adviceFor(String file) {
        return "put " + KEY + ": " + current() + " on top of " + file
                + ", for a file that names no format is read as one of format 1";
    }

    private int format(@Nullable Entry entry) {
        if (entry == null) {
            return 1;
        }
        ConfigNode value = entry.value();
        String where = value.location().in();
        if (!(value instanceof ScalarNode scalar)
                || scalar.kind() != ScalarKind.INTEGER
                || !scalar.text().matches("[1-9]\\d{0,8}")) {
            throw new UserException(
                    KEY + where + " must be a whole number from 1 to " + current() + ", not " + value.shown());
        }
        int format = Integer.parseInt(scalar.text());
        if (format > current()) {
            throw new UserException(KEY + " " + format + where + " is of a newer version of Lightcone; this one reads"
                    + " formats up to " + current() + ", so update it");
        }
        return format;
    }
}
