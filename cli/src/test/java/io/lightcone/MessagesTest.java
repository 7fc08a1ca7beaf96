// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever calls Lightcone from Java has no command line, so what it says below the commands names none of theirs. */
class MessagesTest {
    /** Comments and characters come first, since there may be quotation marks in them. */
    private static final Pattern TOKEN = Pattern.compile(
            "//[^\\n]*|/\\*.*?\\*/|'(?:[^'\\\\\\n]|\\\\.)+'"
                    + "|\"\"\"(?<block>.*?)\"\"\"|\"(?<text>(?:[^\"\\\\\\n]|\\\\.)*)\"",
            Pattern.DOTALL);

    private static final Pattern OF_THE_COMMAND_LINE =
            Pattern.compile("(?:^|[\\s(,'])--[a-z]|lightcone (?:train|sample|demo|show|bench)|--(?:set|resume)\\b");

    private static final int LONGEST_LINE = 120;

    private static final Path COMMANDS = Repository.file("cli").resolve("src/main/java/io/lightcone/cli");

    private static List<String> texts(Path source) throws IOException {
        List<String> texts = new ArrayList<>();
        Matcher tokens = TOKEN.matcher(Files.readString(source));
        while (tokens.find()) {
            String text = tokens.group("text") != null ? tokens.group("text") : tokens.group("block");
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    private static List<String> found(Path source) throws IOException {
        return texts(source).stream()
                .filter(text -> OF_THE_COMMAND_LINE.matcher(text).find())
                .map(text -> source.getFileName() + ": " + text)
                .toList();
    }

    private static List<Path> sources(String module) throws IOException {
        try (Stream<Path> files = Files.walk(Repository.file(module).resolve("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatLiesBelowTheCommandsNamesNoOptionsOrCommands() throws IOException {
        List<String> named = new ArrayList<>();
        for (String module : List.of("library", "web", "cli")) {
            for (Path source : sources(module)) {
                if (!source.startsWith(COMMANDS)) {
                    named.addAll(found(source));
                }
            }
        }
        assertThat(named).isEmpty();
    }

    /** The rule above would hold of a reader that finds no text at all. */
    @Test
    void optionsOfCommandsAreFound() throws IOException {
        assertThat(found(COMMANDS.resolve("NewRunOptions.java"))).contains("NewRunOptions.java: --resume");
        assertThat(found(COMMANDS.resolve("TrainingRunner.java"))).contains("TrainingRunner.java: train --resume");
    }

    /** The formatter breaks code, but leaves comments and long texts alone. */
    @Test
    void noLineIsLongerThanTheEditorSettingsSay() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (String folder : List.of("library/src", "web/src", "cli/src", "examples")) {
            try (Stream<Path> files = Files.walk(Repository.file(folder))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    Files.readString(file)
                            .lines()
                            .filter(line -> line.codePointCount(0, line.length()) > LONGEST_LINE)
                            .forEach(line -> tooLong.add(file.getFileName() + ": " + line.strip()));
                }
            }
        }
        assertThat(tooLong).isEmpty();
    }
}
