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
     * @param text as messages show it: "run.yaml line 3, column 7" or "setting model.depth=12"
     * @param layer that it belongs to
     */
    record Place(String text, Layer layer) {
        static final Place PRESET = new Place("the preset", Layer.BASE);

        /** Whether somebody wrote it, other than what a preset says by itself. */
        boolean byUser() {
            return layer != Layer.BASE;
        }

        /** Ends a message: " in run.yaml line 3, column 7", or nothing for a preset. */
        String in() {
            return byUser() ? " in " + text : "";
        }
    }

    /** What is laid over each other, from below to above. */
    enum Layer {
        BASE,
        FILE,
        SETTINGS;

        boolean isBelow(Layer other) {
            return compareTo(other) < 0;
        }
    }

    /** What a single value looks like in YAML. */
    enum ScalarKind {
        NULL,
        BOOLEAN,
        INTEGER,
        DECIMAL,
        TEXT
    }

    /** A single value, as it was written. */
    record Scalar(ScalarKind kind, String text, Place place) implements ConfigNode {
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

        /**
         * Lays {@code other} over this: groups are merged key by key, anything else is replaced. The kind of a group that is
         * named once more stays where it was named first.
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

    /** One key of a group and what it says. */
    record Entry(Place keyPlace, ConfigNode value) {}
}
