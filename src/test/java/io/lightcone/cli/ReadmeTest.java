// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.training.Presets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README says that commands print, they print. */
class ReadmeTest {
    private static final Pattern SHOWN = Pattern.compile("```\\n\\$ \\./lightcone (.+)\\n((?:(?!```).*\\n)+)```");
    private static final Pattern PRESET = Pattern.compile("\\| `(msc-[a-z]+)` \\| ([^\\n]+) \\|");
    /** Of what has two digits. */
    private static final Percentage ROUNDED = Percentage.withPercentage(5);

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    private static Stream<MatchResult> shown() throws IOException {
        return SHOWN.matcher(readme()).results().toList().stream();
    }

    @ParameterizedTest
    @MethodSource("shown")
    void commandsPrintWhatIsShown(MatchResult block) {
        assertThat(ok(block.group(1)).strip()).isEqualTo(block.group(2).strip());
    }

    @Test
    void someAreShown() throws IOException {
        assertThat(shown().map(block -> block.group(1)))
                .contains("cost --preset msc-s")
                .hasSize(4);
    }

    /** Speed is another matter. */
    @Test
    void presetsCostWhatTheirTableSays() throws IOException {
        List<MatchResult> rows = PRESET.matcher(readme()).results().toList();
        assertThat(rows.stream().map(row -> row.group(1)))
                .containsExactlyElementsOf(Presets.names().stream()
                        .filter(name -> name.startsWith("msc-"))
                        .toList());
        for (MatchResult row : rows) {
            String name = row.group(1);
            String[] cells = row.group(2).split(" \\| ", -1);
            String cost = ok("cost --preset " + name);
            assertThat(number(cells[2])).as(name).isCloseTo(number(entry(cost, "parameters", 0)), ROUNDED);
            assertThat(number(cells[3])).as(name).isCloseTo(number(entry(cost, "multiply-adds", 0)), ROUNDED);
            assertThat(number(cells[4])).as(name).isCloseTo(number(entry(cost, "multiply-adds", 2)), ROUNDED);
            String[] memory = cells[5].split(", ", -1);
            assertThat(number(memory[1]))
                    .as(name)
                    .isCloseTo(number(entry(cost, "memory of training, batch " + memory[0], 0)), ROUNDED);
        }
    }

    /** A column of a line of the table of the whole model. */
    private static String entry(String cost, String what, int column) {
        String table = cost.substring(cost.indexOf("The whole model"));
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(what) + " {2,}(.*)$").matcher(table);
        assertThat(line.find()).as(what).isTrue();
        return line.group(1).split(" {2,}", -1)[column];
    }

    /** Of {@code 77.2 G}, {@code 15 GB} or {@code 2.2x}. */
    private static double number(String text) {
        Matcher parts = Pattern.compile("([0-9.]+) ?([MGTkx]?)B?").matcher(text);
        assertThat(parts.matches()).as(text).isTrue();
        double unit = switch (parts.group(2)) {
            case "k" -> 1e3;
            case "M" -> 1e6;
            case "G" -> 1e9;
            case "T" -> 1e12;
            default -> 1;
        };
        return Double.parseDouble(parts.group(1)) * unit;
    }
}
