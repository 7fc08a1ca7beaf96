// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import java.util.List;
import java.util.Map;

/** A piece of a configuration before it becomes a record; each piece remembers who wrote it. */
sealed interface ConfigNode {
    Place place();

    /** How an error message shows this piece. */
    String shown();

    /**
     * Where a piece was written.
     *
     * @param text as messages show it: "run.yaml line 3, column 7" or "--set model.depth=12"
     * @param byUser false for what the preset says by itself
     */
    record Place(String text, boolean byUser) {
        static final Place PRESET = new Place("the preset", false);

        /** Ends a message: " in run.yaml line 3, column 7", or nothing for a preset. */
        String in() {
            return byUser ? " in " + text : "";
        }
    }

    /** What a single value looks like in YAML. */
    enum Kind {
        NULL,
        BOOLEAN,
        INTEGER,
        DECIMAL,
        TEXT
    }

    /** A single value, as it was written. */
    record Scalar(Kind kind, String text, Place place) implements ConfigNode {
        @Override
        public String shown() {
            return switch (kind) {
                case NULL -> "null";
                case TEXT -> "the text '" + text + "'";
                case BOOLEAN, INTEGER, DECIMAL -> text;
            };
        }
    }

    /** A list; overrides change its elements in place. */
    record Sequence(List<ConfigNode> elements, Place place) implements ConfigNode {
        @Override
        public String shown() {
            return "a list";
        }
    }

    /** A group of keys, in the order they were written; merging and overrides change it in place. */
    record Mapping(Map<String, Entry> entries, Place place) implements ConfigNode {
        @Override
        public String shown() {
            return "a group of keys";
        }

        /** Lays {@code other} over this: groups are merged key by key, anything else is replaced. */
        void merge(Mapping other) {
            other.entries.forEach(this::put);
        }

        void put(String key, Entry entry) {
            Entry old = entries.get(key);
            if (old != null && old.value() instanceof Mapping into && entry.value() instanceof Mapping over) {
                into.merge(over);
            } else {
                entries.put(key, entry);
            }
        }
    }

    /** One key of a group and what it says. */
    record Entry(Place keyPlace, ConfigNode value) {}
}
