// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.util.List;
import java.util.Map;

/** A node of a configuration's tree before it becomes a record; each node remembers where it was written. */
sealed interface ConfigNode {
    SourceLocation location();

    /** Returns this node as an error message shows it. */
    String shown();

    /**
     * The location at which a node was written.
     *
     * @param text the location as messages show it: "run.yaml line 3, column 7" or "setting model.depth=12"
     * @param layer the layer that it belongs to
     */
    record SourceLocation(String text, Layer layer) {
        static final SourceLocation PRESET = new SourceLocation("the preset", Layer.BASE);

        /** Returns whether a user wrote it, other than what a preset says by itself. */
        boolean byUser() {
            return layer != Layer.BASE;
        }

        /** Returns the end of a message: " in run.yaml line 3, column 7", or nothing for a preset. */
        String in() {
            return byUser() ? " in " + text : "";
        }
    }

    /** The layers of a configuration, each of which overrides those before it. */
    enum Layer {
        BASE,
        FILE,
        SETTINGS;

        boolean isBelow(Layer other) {
            return compareTo(other) < 0;
        }
    }

    /** The types that a single value can have in YAML. */
    enum ScalarKind {
        NULL,
        BOOLEAN,
        INTEGER,
        DECIMAL,
        TEXT
    }

    /** A single value, with its text as it was written. */
    record ScalarNode(ScalarKind kind, String text, SourceLocation location) implements ConfigNode {
        @Override
        public String shown() {
            return switch (kind) {
                case NULL -> "null";
                case TEXT -> "the text '" + text + "'";
                case BOOLEAN, INTEGER, DECIMAL -> text;
            };
        }
    }

    /** A list of nodes; overrides change its elements in place. */
    record Sequence(List<ConfigNode> elements, SourceLocation location) implements ConfigNode {
        @Override
        public String shown() {
            return "a list";
        }
    }

    /** A group of keys, in the order in which they were written; merging and overrides change it in place. */
    record Mapping(Map<String, Entry> entries, SourceLocation location) implements ConfigNode {
        @Override
        public String shown() {
            return "a group of keys";
        }

        /**
         * Merges {@code other} over this group: groups are merged key by key, anything else is replaced. If {@code
         * other} names the kind that the group has already, its place stays that of the first.
         */
        void merge(Mapping other) {
            other.entries.forEach(this::put);
        }

        void put(String key, Entry entry) {
            Entry old = entries.get(key);
            if (old != null && old.value() instanceof Mapping into && entry.value() instanceof Mapping over) {
                into.merge(over);
            } else if (old == null || !key.equals(Kinds.KEY) || !Kinds.same(old.value(), entry.value())) {
                entries.put(key, entry);
            }
        }
    }

    /** An entry is one key of a group, with its value. */
    record Entry(SourceLocation keyLocation, ConfigNode value) {}
}
