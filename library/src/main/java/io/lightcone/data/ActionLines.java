// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import io.lightcone.FileTrouble;
import io.lightcone.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the actions of a video from JSON lines, one object a frame: {@code {"action": "left"}}. Other keys are passed
 * over. An action is a string, or a number, which is its own name; null is none. The first line may leave it out, since
 * nothing need have led to the first frame.
 */
final class ActionLines {
    private static final String ACTION = "action";
    private static final int LONGEST_LINE = 1 << 24;
    private static final int LONGEST_NAME = 200;

    /** Parses without keeping names in a table for the next line, which other keys could fill. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .build();

    private final Path file;
    private final ActionCollector actions = new ActionCollector();

    private ActionLines(Path file) {
        this.file = file;
    }

    /**
     * Reads a file.
     *
     * @throws UserException if it cannot be read, or a line is no such object; it names file and line
     */
    static ActionTrack read(Path file) {
        ActionLines lines = new ActionLines(file);
        try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.next(text); line != null; line = lines.next(text)) {
                lines.actions.add(lines.action(line));
            }
        } catch (MalformedInputException e) {
            throw new UserException(file + " is not text in UTF-8.", e);
        } catch (IOException e) {
            throw new UserException(file + " cannot be read: " + FileTrouble.reason(e, file) + ".", e);
        }
        return new ActionTrack(file, "line", lines.actions.names(), lines.actions.numbers());
    }

    /** Returns the next line; null after the last, whether that ends in a line break or not. */
    private @Nullable String next(BufferedReader text) throws IOException {
        StringBuilder line = new StringBuilder();
        int letter = text.read();
        if (letter < 0) {
            return null;
        }
        for (; letter >= 0 && letter != '\n'; letter = text.read()) {
            if (line.length() == LONGEST_LINE) {
                throw wrong("is longer than " + LONGEST_LINE + " characters", null);
            }
            line.append((char) letter);
        }
        return line.toString();
    }

    private @Nullable String action(String line) {
        if (line.isBlank()) {
            throw wrong("is empty, where a JSON object with the key \"action\" is expected", null);
        }
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
            return action(json);
        } catch (JacksonException e) {
            throw wrong("is not a JSON object (" + e.getOriginalMessage() + ")", e);
        }
    }

    private @Nullable String action(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw wrong("is not a JSON object", null);
        }
        boolean found = false;
        String action = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean wanted = json.currentName().equals(ACTION);
            JsonToken value = json.nextToken();
            if (wanted) {
                found = true;
                action = name(json, value);
            } else {
                json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw wrong("is more than one JSON object", null);
        }
        if (!found && actions.count() > 0) {
            throw wrong("has no key \"action\"; write null where there is none", null);
        }
        return action;
    }

    private @Nullable String name(JsonParser json, JsonToken value) {
        if (value == JsonToken.VALUE_NULL) {
            return null;
        }
        if (value != JsonToken.VALUE_STRING && !value.isNumeric()) {
            throw wrong("has an action that is neither a string nor a number", null);
        }
        String name = json.getString();
        if (name.isBlank() || name.length() > LONGEST_NAME) {
            throw wrong("has an action whose name is " + (name.isBlank() ? "blank" : "too long"), null);
        }
        return name;
    }

    private UserException wrong(String what, @Nullable Exception cause) {
        return new UserException(file + ", line " + (actions.count() + 1) + " " + what + ".", cause);
    }
}
