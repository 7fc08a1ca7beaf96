// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.config.ConfigReader;
import io.lightcone.config.Kinds;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the page that lists every key of a configuration, from the records and their comments. */
final class ConfigurationReference {
    private static final String PRESET = "msc-tiny";
    private static final String CODEC_PRESET = "vae-tiny";
    private static final String CODEC_HEAD = """
            # The run of a codec

            Runs of `train-codec` have a configuration of their own, with the keys below. Sections that those of models
            have too are linked; `./lightcone presets vae-tiny` prints their values.

            """;
    private static final String HEAD = """
            # Configuration

            Every key of a configuration, by section. [Configure, and presets](guide/configure.md) says how to set
            them: a preset is a whole configuration, a file goes over it, and settings such as `model.depth=8` go over
            both.

            * Keys are strict: an unknown key, a missing one, and a value of another type or out of its range are
              errors that name the key.
            * A section of several kinds has a key `kind`. Where a file or a setting names another kind than what it
              goes over, keys that both kinds have stay as they are, and the others get the new kind's defaults.
            * A saved `config.yaml` begins with the number of its `format`. Configurations of every earlier format are
              read too.
            * Names of choices may be written in any case. Lists are written as in `model.classes=[cat, dog]`; single
              elements are set as in `model.branches.0.window=7`.

            The third column is the value in the preset `msc-tiny`, or, for a kind that this preset does not have, the
            default of the kind. This page is made from the code; `ConfigurationReferenceTest` holds it true and says
            how to write it again.

            """;

    private final StringBuilder page = new StringBuilder(HEAD);
    /** The headings of sections that are on the page already and need not be written again, by their record. */
    private final Map<Class<?>, String> known = new HashMap<>();

    private final Map<Class<?>, String> headings = new HashMap<>();
    /** What the headings of all sections end with. */
    private String owner = "";

    private ConfigurationReference() {}

    static String page() {
        ConfigurationReference reference = new ConfigurationReference();
        reference.section("", RunConfig.class, List.of(Presets.named(PRESET)), null);
        reference.known.putAll(reference.headings);
        reference.page.append(CODEC_HEAD);
        reference.owner = " of a codec";
        reference.section("", CodecRunConfig.class, List.of(CodecPresets.named(CODEC_PRESET)), null);
        return reference.page.toString().stripTrailing() + "\n";
    }

    /**
     * Writes a table and those of the sections in it.
     *
     * @param values one value, or those of all elements of a list
     * @param kind name of the kind that the section is of, or null
     */
    private void section(String path, Class<?> type, List<Record> values, @Nullable String kind) {
        if (page.indexOf("\n## " + heading(path, kind) + "\n") >= 0) {
            return; // a section that several kinds have
        }
        SourceComments comments = SourceComments.of(type);
        headings.put(type, heading(path, kind));
        page.append("## ").append(heading(path, kind)).append("\n\n").append(sentences(comments.summary()));
        page.append("| key | type | value | meaning |\n|---|---|---|---|\n");
        if (kind != null) {
            page.append("| `kind` | text | `").append(kind).append("` | Chooses this kind. |\n");
        }
        for (RecordComponent component : type.getRecordComponents()) {
            row(path, component, values, comments.parameter(component.getName()));
        }
        page.append("\n");
        for (RecordComponent component : type.getRecordComponents()) {
            inner(path, component, values);
        }
    }

    private String heading(String path, @Nullable String kind) {
        String name = path.isEmpty() ? "Sections" : "`" + path + "`";
        return (kind == null ? name : name + " of kind `" + kind + "`") + owner;
    }

    private static String sentences(String summary) {
        return summary.isEmpty() ? "" : summary + "\n\n";
    }

    private void row(String path, RecordComponent component, List<Record> values, String meaning) {
        String key = join(path, component.getName());
        Class<?> element = element(component);
        List<Class<?>> kinds = Kinds.builtIn(element);
        boolean section = element.isRecord() || !kinds.isEmpty();
        String type;
        String value;
        if (section) {
            boolean list = component.getType() == List.class;
            List<String> links = kinds.isEmpty()
                    ? List.of(link(list ? join(key, "N") : key, null, element))
                    : kinds.stream()
                            .map(each -> link(key, Kinds.name(each), each))
                            .toList();
            type = (list ? "list of " : "") + String.join(" or ", links);
            value = "";
        } else {
            type = type(component);
            value = values.stream()
                    .map(each -> "`" + written(each, component.getName()) + "`")
                    .collect(Collectors.joining(", "));
        }
        page.append("| `")
                .append(component.getName())
                .append("` | ")
                .append(type)
                .append(" | ")
                .append(value);
        page.append(" | ")
                .append(sentence(meaning))
                .append(constants(component))
                .append(" |\n");
    }

    private void inner(String path, RecordComponent component, List<Record> values) {
        String key = join(path, component.getName());
        Class<?> element = element(component);
        if (component.getType() == List.class) {
            if (element.isRecord()) {
                section(join(key, "N"), element, elements(component, values), null);
            }
            return;
        }
        if (element.isRecord() && !known.containsKey(element)) {
            section(key, element, elements(component, values), null);
        }
        for (Class<?> kind : Kinds.builtIn(element)) {
            if (known.containsKey(kind)) {
                continue;
            }
            List<Record> own = elements(component, values).stream()
                    .filter(kind::isInstance)
                    .toList();
            section(key, kind, own.isEmpty() ? List.of(Kinds.defaults(kind)) : own, Kinds.name(kind));
        }
    }

    private static List<Record> elements(RecordComponent component, List<Record> values) {
        List<Record> elements = new ArrayList<>();
        for (Record each : values) {
            try {
                Method accessor = component.getAccessor();
                accessor.setAccessible(true);
                Object value = accessor.invoke(each);
                if (value instanceof List<?> list) {
                    list.forEach(element -> elements.add((Record) element));
                } else {
                    elements.add((Record) value);
                }
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("a component cannot be read", e);
            }
        }
        return elements;
    }

    /** Returns the type of a component, or of the elements of a list. */
    private static Class<?> element(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType list
                ? (Class<?>) list.getActualTypeArguments()[0]
                : component.getType();
    }

    private static String type(RecordComponent component) {
        Class<?> type = element(component);
        String name = type.isEnum()
                ? "one of these"
                : type == String.class
                        ? "text"
                        : type == boolean.class
                                ? "true or false"
                                : type == double.class || type == Double.class ? "number" : "whole number";
        return component.getType() == List.class ? "list of " + name : name;
    }

    /** Returns the value of a key as a saved configuration has it. */
    private static String written(Record config, String key) {
        Matcher line = Pattern.compile("(?m)^" + key + ": (.*)$").matcher(ConfigReader.write(config));
        if (!line.find()) {
            throw new AssertionError(key + " is no single value of " + config);
        }
        return line.group(1);
    }

    private static String constants(RecordComponent component) {
        Class<?> type = element(component);
        if (!type.isEnum()) {
            return "";
        }
        SourceComments comments = SourceComments.of(type);
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> ((Enum<?>) constant).name())
                .map(name -> "<br>`" + name.toLowerCase(Locale.ROOT) + "`: " + comments.constant(name))
                .collect(Collectors.joining());
    }

    /** Returns the meaning of a key as a sentence of its own. */
    private static String sentence(String meaning) {
        String start = meaning.substring(0, 1).toUpperCase(Locale.ROOT) + meaning.substring(1);
        return start.endsWith(".") ? start : start + ".";
    }

    private String link(String path, @Nullable String kind, Class<?> type) {
        String anchor = known.getOrDefault(type, heading(path, kind))
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
        return "[" + (kind == null ? "section" : kind) + "](#" + anchor + ")";
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
