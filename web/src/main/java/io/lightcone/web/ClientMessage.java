// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.web;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A text message of a viewer, as docs/protocol.md defines it. */
sealed interface ClientMessage {
    /** The most keys that can be pressed at a time. */
    int MOST_KEYS = 16;

    /** The longest way back, in seconds, that can be asked for. */
    double LONGEST_UNDO = 3600;

    /** The slowest and the fastest play, in frames per second. */
    double SLOWEST = 0.1;

    double FASTEST = 240;

    /** The most updates of a frame. */
    int MOST_STEPS = 1000;

    /** The number of a message that has none. */
    long NO_ID = 0;

    /** The greatest number of a message. */
    long GREATEST_ID = 0xFFFF_FFFFL;

    /**
     * The keys that are pressed now.
     *
     * @param pressed names of keys, as browsers have them, in the order in which they went down
     */
    record Keys(List<String> pressed) implements ClientMessage {
        public Keys {
            pressed = List.copyOf(pressed);
        }
    }

    /** An action by its name, which holds on. */
    record Action(String action) implements ClientMessage {}

    /** No more frames until {@link Play}. */
    record Pause() implements ClientMessage {}

    /** Frames again. */
    record Play() implements ClientMessage {}

    /**
     * A new beginning.
     *
     * @param seed empty for the same one again
     */
    record Reset(OptionalLong seed) implements ClientMessage {}

    /** Another number of updates of each frame. */
    record Steps(int steps) implements ClientMessage {}

    /** Back by some seconds. */
    record Undo(double seconds) implements ClientMessage {}

    /** Recording begins or ends. */
    record Recording(boolean on) implements ClientMessage {}

    /** Another pace, in frames per second. */
    record Rate(double framesPerSecond) implements ClientMessage {}

    /**
     * A message with its number.
     *
     * @param id number that the viewer gave it, or {@link #NO_ID}
     */
    record Numbered(long id, ClientMessage message) {}

    /** Reads messages; safe for several threads. */
    final class Parser {
        private static final JsonMapper JSON = new JsonMapper();

        private Parser() {}

        /**
         * Parses a text message.
         *
         * @throws BadMessageException if it is none of the protocol
         */
        static Numbered parse(String text) throws BadMessageException {
            JsonNode root;
            try {
                root = JSON.readTree(text);
            } catch (JacksonException e) {
                throw new BadMessageException("the message is no JSON");
            }
            if (!root.isObject()) {
                throw new BadMessageException("a message is an object, such as {\"type\":\"pause\"}");
            }
            long id = root.has("id") ? whole(root, "id", 0, GREATEST_ID) : NO_ID;
            return new Numbered(id, message(root));
        }

        private static ClientMessage message(JsonNode root) throws BadMessageException {
            String type = text(root, "type");
            return switch (type) {
                case "keys" -> new Keys(keys(root));
                case "action" -> new Action(text(root, "action"));
                case "pause" -> new Pause();
                case "play" -> new Play();
                case "reset" ->
                    new Reset(root.has("seed") ? OptionalLong.of(whole(root, "seed")) : OptionalLong.empty());
                case "steps" -> new Steps((int) whole(root, "steps", 1, MOST_STEPS));
                case "undo" -> new Undo(number(root, "seconds", 0, LONGEST_UNDO));
                case "record" -> new Recording(flag(root, "on"));
                case "rate" -> new Rate(number(root, "fps", SLOWEST, FASTEST));
                default ->
                    throw new BadMessageException("there is no type '" + shortened(type)
                            + "'; there are keys, action, pause, play, reset, steps, undo, record and rate");
            };
        }

        private static List<String> keys(JsonNode root) throws BadMessageException {
            JsonNode array = root.path("pressed");
            if (!array.isArray() || array.size() > MOST_KEYS) {
                throw new BadMessageException("pressed is a list of at most " + MOST_KEYS + " names of keys");
            }
            List<String> keys = new ArrayList<>();
            for (JsonNode key : array) {
                if (!key.isString()) {
                    throw new BadMessageException("pressed is a list of names of keys");
                }
                keys.add(key.stringValue());
            }
            return keys;
        }

        private static String text(JsonNode root, String name) throws BadMessageException {
            JsonNode value = root.path(name);
            if (!value.isString()) {
                throw new BadMessageException("the message has no text '" + name + "'");
            }
            return value.stringValue();
        }

        private static boolean flag(JsonNode root, String name) throws BadMessageException {
            JsonNode value = root.path(name);
            if (!value.isBoolean()) {
                throw new BadMessageException(name + " is true or false");
            }
            return value.booleanValue();
        }

        private static long whole(JsonNode root, String name) throws BadMessageException {
            JsonNode value = root.path(name);
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw new BadMessageException(name + " is a whole number of at most 64 bits");
            }
            return value.longValue();
        }

        private static long whole(JsonNode root, String name, long least, long most) throws BadMessageException {
            number(root, name, (double) least, (double) most);
            return whole(root, name);
        }

        private static double number(JsonNode root, String name, double least, double most) throws BadMessageException {
            JsonNode value = root.path(name);
            double number = value.isNumber() ? value.doubleValue(Double.NaN) : Double.NaN; // NaN if it is too large
            if (!(number >= least && number <= most)) {
                throw new BadMessageException(name + " is a number from " + plain(least) + " to " + plain(most));
            }
            return number;
        }

        private static String plain(double number) {
            return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
        }

        private static String shortened(String text) {
            return text.length() <= 20 ? text : text.substring(0, 20) + "...";
        }
    }
}
