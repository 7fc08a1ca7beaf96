// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

import io.lightcone.testing.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the comments in the library's sources say of records, their components and constants of enums, as
 * Markdown.
 */
final class SourceComments {
    private static final String COMMENT = "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*";
    private static final Pattern PARAM = Pattern.compile("@param\\s+(\\w+)\\s+((?:(?!@param ).)*)", Pattern.DOTALL);
    private static final Pattern TAG = Pattern.compile("\\{@(code|link|value)\\s+([^}]*)}");
    private static final Map<Path, String> FILES = new HashMap<>();

    private final Class<?> type;
    private final String source;
    private final String comment;

    private SourceComments(Class<?> type, String source, String comment) {
        this.type = type;
        this.source = source;
        this.comment = comment;
    }

    /** Returns the comments of a record, an enum or an interface. */
    static SourceComments of(Class<?> type) {
        Class<?> outermost = type;
        while (outermost.getEnclosingClass() != null) {
            outermost = outermost.getEnclosingClass();
        }
        Path file =
                Repository.file("library/src/main/java/" + outermost.getName().replace('.', '/') + ".java");
        String text = FILES.computeIfAbsent(file, SourceComments::read);
        Matcher declaration = Pattern.compile(
                        COMMENT + "(?:@\\w+(?:\\([^)]*\\))?\\s+)*(?:[a-z]+\\s+)*?(?:record|enum|interface)\\s+"
                                + type.getSimpleName() + "\\b",
                        Pattern.DOTALL)
                .matcher(text);
        if (!declaration.find()) {
            throw new AssertionError(type + " has no comment in " + file);
        }
        return new SourceComments(type, text.substring(declaration.end()), text(declaration.group(1)));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the text of a comment on one line. */
    private static String text(String comment) {
        return comment.replaceAll("\\n\\s*\\*", "\n").replaceAll("\\s+", " ").strip();
    }

    /** Returns the first paragraph of the comment of the type. */
    String summary() {
        return markdown(paragraph(comment.replaceAll("(?s)@param.*", "")));
    }

    /** Returns what {@code @param} says of a component. */
    String parameter(String name) {
        Matcher params = PARAM.matcher(comment);
        while (params.find()) {
            if (params.group(1).equals(name)) {
                return markdown(params.group(2));
            }
        }
        throw new AssertionError(type.getSimpleName() + " has no @param " + name);
    }

    /** Returns the first paragraph of the comment of a constant of an enum. */
    String constant(String name) {
        Matcher constant =
                Pattern.compile(COMMENT + name + "\\s*[,;({}]", Pattern.DOTALL).matcher(source);
        if (!constant.find()) {
            throw new AssertionError(type.getSimpleName() + "." + name + " has no comment");
        }
        return markdown(paragraph(text(constant.group(1))));
    }

    /** Returns the text before a second paragraph or a formula, without a sentence that leads into that. */
    private static String paragraph(String text) {
        String first = text.replaceAll("(?s)(<p>|<pre>).*", "").strip();
        return first.endsWith(".") ? first : first.substring(0, first.lastIndexOf(". ") + 1);
    }

    private String markdown(String text) {
        return TAG.matcher(text)
                .replaceAll(tag -> Matcher.quoteReplacement("`" + shown(tag.group(1), tag.group(2)) + "`"))
                .replace("|", "\\|")
                .strip();
    }

    private String shown(String tag, String what) {
        return switch (tag) {
            case "code" -> what;
            case "value" -> value(what.replace("#", ""));
            default -> what.replace("#", what.startsWith("#") ? "" : ".").replaceAll("\\(.*", "");
        };
    }

    private String value(String field) {
        try {
            Field constant = type.getDeclaredField(field);
            constant.setAccessible(true);
            return String.valueOf(constant.get(null));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " has no constant " + field, e);
        }
    }
}
