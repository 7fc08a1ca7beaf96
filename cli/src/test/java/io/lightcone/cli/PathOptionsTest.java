// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Tests every option that takes the name of a file or folder, of every command. */
class PathOptionsTest {
    private static final Set<String> LABELS = Set.of("FILE", "DIR", "RUN", "CLIP", "STATE", "DIR_OR_FILE");

    static Stream<List<String>> options() {
        try (Interrupts interrupts = new Interrupts(() -> {})) {
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            Session session = new Session(nowhere, new Console(nowhere, false), interrupts, List.of());
            return below(List.of(), Main.commandLine(session)).toList().stream();
        }
    }

    private static Stream<List<String>> below(List<String> words, CommandLine command) {
        Stream<List<String>> own = command.getCommandSpec().options().stream()
                .filter(PathOptionsTest::takesPath)
                .map(option -> plus(words, option.longestName()));
        Stream<List<String>> others = command.getSubcommands().entrySet().stream()
                .flatMap(sub -> below(plus(words, sub.getKey()), sub.getValue()));
        return Stream.concat(own, others);
    }

    private static boolean takesPath(OptionSpec option) {
        return option.type().equals(Path.class) || LABELS.contains(option.paramLabel());
    }

    private static List<String> plus(List<String> words, String word) {
        List<String> more = new ArrayList<>(words);
        more.add(word);
        return more;
    }

    @ParameterizedTest
    @MethodSource("options")
    void anEmptyNameIsRefused(List<String> words) {
        for (String empty : Arrays.asList("", "  ")) {
            Answer answer = Answer.type(plus(words, empty).toArray(String[]::new));
            assertThat(answer.code()).as(answer.err()).isEqualTo(2);
            assertThat(answer.err())
                    .contains("'" + words.get(words.size() - 1) + "'", "it is empty; name a file or folder")
                    .doesNotContain("Exception");
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void whatIsNoNameIsRefused(List<String> words) {
        Answer answer = Answer.type(plus(words, "a\0b").toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.err())
                .contains("'a b' is no name of a file or folder")
                .doesNotContain("Exception");
    }
}
