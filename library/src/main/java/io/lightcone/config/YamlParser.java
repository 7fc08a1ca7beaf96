// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.config;

import io.lightcone.UserException;
import io.lightcone.config.ConfigNode.Entry;
import io.lightcone.config.ConfigNode.Layer;
import io.lightcone.config.ConfigNode.Mapping;
import io.lightcone.config.ConfigNode.ScalarKind;
import io.lightcone.config.ConfigNode.ScalarNode;
import io.lightcone.config.ConfigNode.Sequence;
import io.lightcone.config.ConfigNode.SourceLocation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML 1.2 into {@link ConfigNode}s, in the strict reading of its JSON schema: only {@code true} and {@code
 * false} are booleans, only {@code null} and nothing are null. One document, no anchors, no repeated keys.
 */
final class YamlParser implements AutoCloseable {
    private static final YAMLFactory YAML = YAMLFactory.builder().build();
    private static final Pattern PROBLEM = Pattern.compile("([^\\n]+)\\n in reader, line (\\d+), column (\\d+)");

    private final JsonParser parser;
    private final Function<TokenStreamLocation, SourceLocation> places;

    private YamlParser(String text, Function<TokenStreamLocation, SourceLocation> places) {
        this.places = places;
        this.parser = YAML.createParser(ObjectReadContext.empty(), text);
    }

    /** Parses the whole text of a file called {@code name}; returns null if it is empty. */
    static @Nullable ConfigNode file(String text, String name) {
        return parse(
                text,
                name,
                true,
                at -> new SourceLocation(
                        name + " line " + at.getLineNr() + ", column " + at.getColumnNr(), Layer.FILE));
    }

    /** Parses a value that is all at {@code location}, such as that of a setting; returns null if it is empty. */
    static @Nullable ConfigNode value(String text, SourceLocation location) {
        return parse(text, location.text(), false, at -> location);
    }

    private static @Nullable ConfigNode parse(
            String text, String source, boolean hasLines, Function<TokenStreamLocation, SourceLocation> places) {
        try (YamlParser yaml = new YamlParser(text, places)) {
            JsonToken first = yaml.parser.nextToken();
            if (first == null) {
                return null;
            }
            ConfigNode root = yaml.node(first, "");
            if (yaml.parser.nextToken() != null) {
                throw new UserException(
                        "a second document begins in " + yaml.location().text() + "; only one is read");
            }
            return root;
        } catch (JacksonException e) {
            throw new UserException(problem(source, hasLines, e), e);
        }
    }

    private ConfigNode node(JsonToken token, String path) {
        if (((YAMLParser) parser).isCurrentAlias()) {
            throw new UserException("an alias (*" + parser.getString() + ") in "
                    + location().text() + " is not supported; write its value instead");
        }
        SourceLocation location = location();
        return switch (token) {
            case START_OBJECT -> mapping(path, location);
            case START_ARRAY -> sequence(path, location);
            case VALUE_NULL -> new ScalarNode(ScalarKind.NULL, "null", location);
            case VALUE_TRUE, VALUE_FALSE -> new ScalarNode(ScalarKind.BOOLEAN, parser.getString(), location);
            case VALUE_NUMBER_INT -> new ScalarNode(ScalarKind.INTEGER, parser.getString(), location);
            case VALUE_NUMBER_FLOAT -> new ScalarNode(ScalarKind.DECIMAL, parser.getString(), location);
            case VALUE_STRING -> new ScalarNode(ScalarKind.TEXT, parser.getString(), location);
            default -> throw new UserException("a value of an unknown kind stands in " + location.text());
        };
    }

    private Mapping mapping(String path, SourceLocation location) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            SourceLocation keyLocation = location();
            String key = parser.getString();
            String keyPath = join(path, key);
            Entry earlier = entries.get(key);
            if (earlier != null) {
                throw new UserException("repeated key " + keyPath + keyLocation.in() + "; it was given in "
                        + earlier.keyLocation().text() + " already");
            }
            entries.put(key, new Entry(keyLocation, node(parser.nextToken(), keyPath)));
        }
        return new Mapping(entries, location);
    }

    private Sequence sequence(String path, SourceLocation location) {
        List<ConfigNode> elements = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
            elements.add(node(t, join(path, String.valueOf(elements.size()))));
        }
        return new Sequence(elements, location);
    }

    private SourceLocation location() {
        return places.apply(parser.currentTokenLocation());
    }

    /** Returns the path of {@code key} within the group at {@code path}, which is empty for the outermost. */
    static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Returns one line of the several that the YAML reader reports. */
    private static String problem(String source, boolean hasLines, JacksonException e) {
        String message = e.getOriginalMessage();
        String location = source;
        Matcher matcher = PROBLEM.matcher(message);
        while (matcher.find()) {
            message = matcher.group(1).strip();
            location = hasLines ? source + " line " + matcher.group(2) + ", column " + matcher.group(3) : source;
        }
        return "malformed YAML in " + location + ": "
                + message.lines().findFirst().orElse("it cannot be read");
    }

    @Override
    public void close() {
        parser.close();
    }
}
