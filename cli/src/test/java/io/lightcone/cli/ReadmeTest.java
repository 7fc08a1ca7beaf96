// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.data.DataConfig;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README says that commands print, they print. */
class ReadmeTest {
    private static final Pattern SHOWN = Pattern.compile("```\\n\\$ \\./lightcone (.+)\\n((?:(?!```).*\\n)+)```");
    private static final Pattern PRESET = Pattern.compile("\\| `(msc-[a-z]+)` \\| ([^\\n]+) \\|");

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    private static Stream<MatchResult> shown() throws IOException {
        return SHOWN.matcher(readme()).results().toList().stream();
    }

    @ParameterizedTest
    @MethodSource("shown")
    void commandsPrintWhatTheReadmeShows(MatchResult block) {
        assertThat(ok(block.group(1)).strip())
                .isEqualToNormalizingNewlines(block.group(2).strip());
    }

    @Test
    void theReadmeShowsSomeCommands() throws IOException {
        assertThat(shown().map(block -> block.group(1)))
                .contains("cost --preset msc-s")
                .hasSize(4);
    }

    /** Whatever can be counted; speed is another matter. */
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
            RunConfig preset = Presets.named(name);
            DataConfig data = preset.data();
            assertThat(cells[0])
                    .isEqualTo(preset.model().width() + " x " + preset.model().depth());
            assertThat(cells[1])
                    .isEqualTo(preset.training().frames() + " x " + data.width() + "x" + data.height()
                            + (data.channels() == 1 ? ", grey" : ""));
            assertRounded(cells[2], entry(cost, "parameters", 0));
            assertRounded(cells[3], entry(cost, "multiply-adds", 0));
            assertRounded(cells[4], entry(cost, "multiply-adds", 2));
            String[] memory = cells[5].split(", ", -1);
            assertRounded(memory[1], entry(cost, "memory of training, batch " + memory[0], 0));
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

    /** Whether {@code shown} is {@code printed} with fewer digits; both may be rounded. */
    private static void assertRounded(String shown, String printed) {
        assertThat(number(shown))
                .as("%s for %s", shown, printed)
                .isCloseTo(number(printed), Offset.offset(0.5 * lastDigit(shown) + 0.5 * lastDigit(printed)));
    }

    /** What one more in its last digit would be: 0.1e9 for {@code 77.2 G}. */
    private static double lastDigit(String text) {
        String digits = text.replaceAll("[^0-9.].*", "");
        int point = digits.indexOf('.');
        double whole = number("1" + text.substring(digits.length()));
        return point < 0 ? whole : whole * Math.pow(10, point + 1 - digits.length());
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
