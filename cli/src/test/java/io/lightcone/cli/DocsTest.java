// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.data.DataConfig;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.testing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the README and the pages in docs are true where a machine can tell: shown outputs, counted numbers,
 * programs and links.
 */
class DocsTest {
    private static final Path ROOT = Repository.file("");

    private static final int MOST_LINES_OF_README = 200;
    private static final Pattern SHOWN = Pattern.compile("```\\n\\$ \\./lightcone (.+)\\n((?:(?!```).*\\n)+)```");
    private static final Pattern PROGRAM = Pattern.compile("```java\\n((?:(?!```).*\\n)+)```");
    private static final Pattern PRESET = Pattern.compile("\\| `(msc-[a-z0-9]+)` \\| ([^\\n]+) \\|");
    private static final Pattern FENCED = Pattern.compile("(?ms)^ *```.*?^ *``` *$");
    private static final Pattern INLINE_CODE = Pattern.compile("`[^`\\n]*(?:\\n[^`\\n]+)*`");
    private static final Pattern LINK =
            Pattern.compile("\\[[^\\]]*\\]\\(\\s*([^)\\s]+)[^)]*\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");

    private static String text(Path file) throws IOException {
        return Files.readString(file).replace("\r\n", "\n");
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> documents() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
            all.add(ROOT.resolve(name));
        }
        all.addAll(pages());
        return all;
    }

    private static Stream<MatchResult> shown() throws IOException {
        List<MatchResult> blocks = new ArrayList<>();
        for (Path document : documents()) {
            blocks.addAll(SHOWN.matcher(text(document)).results().toList());
        }
        return blocks.stream();
    }

    @ParameterizedTest
    @MethodSource("shown")
    void commandsPrintWhatIsShown(MatchResult block) {
        assertThat(ok(block.group(1)).strip())
                .isEqualToNormalizingNewlines(block.group(2).strip());
    }

    @Test
    void someCommandsAreShown() throws IOException {
        assertThat(shown().map(block -> block.group(1).split(" --", -1)[0]))
                .contains("cost", "show attention", "show plan", "show levels");
    }

    @Test
    void wholeProgramsThatAreShownAreExamplesAsTheyAre() throws IOException {
        List<String> examples = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("examples"))) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                String program = text(file);
                examples.add(program.substring(program.indexOf('\n') + 1).strip()); // without the copyright
            }
        }
        List<String> programs = new ArrayList<>();
        for (Path document : documents()) {
            PROGRAM.matcher(text(document))
                    .results()
                    .map(block -> block.group(1).strip())
                    .filter(program -> program.contains("static void main("))
                    .forEach(programs::add);
        }
        assertThat(programs).isNotEmpty().isSubsetOf(examples);
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(text(ROOT.resolve("README.md")).lines().count()).isLessThanOrEqualTo(MOST_LINES_OF_README);
    }

    @Test
    void everyLinkLeadsToAFileOrHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            for (String target : links(document)) {
                if (!leadsSomewhere(document, target)) {
                    broken.add(ROOT.relativize(document) + ": " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void theIndexListsEveryPage() throws IOException {
        Path index = ROOT.resolve("docs/README.md");
        Set<Path> listed = links(index).stream()
                .map(target ->
                        index.resolveSibling(target.replaceFirst("#.*", "")).normalize())
                .collect(Collectors.toSet());
        assertThat(listed)
                .containsAll(
                        pages().stream().filter(page -> !page.equals(index)).toList());
    }

    /** Returns the targets of the links and images of a page that lie in the repository. */
    private static List<String> links(Path document) throws IOException {
        String prose = INLINE_CODE
                .matcher(FENCED.matcher(text(document)).replaceAll(""))
                .replaceAll("");
        return LINK.matcher(prose)
                .results()
                .map(link -> link.group(1) != null ? link.group(1) : link.group(2))
                .filter(target -> !target.matches("[a-z]+:.*"))
                .toList();
    }

    private static boolean leadsSomewhere(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String place = hash < 0 ? target : target.substring(0, hash);
        Path file = place.isEmpty() ? document : document.resolveSibling(place).normalize();
        return file.startsWith(ROOT)
                && Files.exists(file)
                && (hash < 0 || anchors(file).contains(target.substring(hash + 1)));
    }

    /** Returns the anchors that GitHub gives the headings of a page. */
    private static Set<String> anchors(Path page) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (MatchResult heading : HEADING.matcher(FENCED.matcher(text(page)).replaceAll(""))
                .results()
                .toList()) {
            String name = heading.group(1)
                    .replaceAll("\\]\\([^)]*\\)", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N} _-]", "")
                    .replace(' ', '-');
            String free = name;
            for (int number = 1; !anchors.add(free); number++) {
                free = name + "-" + number;
            }
        }
        return anchors;
    }

    /** Checks whatever can be counted; speed is another matter. */
    @Test
    void presetsCostWhatTheirTableSays() throws IOException {
        List<MatchResult> rows = PRESET.matcher(text(ROOT.resolve("docs/guide/configure.md")))
                .results()
                .toList();
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

    /** Returns a column of a line of the table of the whole model. */
    private static String entry(String cost, String what, int column) {
        String table = cost.substring(cost.indexOf("The whole model"));
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(what) + " {2,}(.*)$").matcher(table);
        assertThat(line.find()).as(what).isTrue();
        return line.group(1).split(" {2,}", -1)[column];
    }

    /** Asserts that {@code shown} is {@code printed} with fewer digits; both may be rounded. */
    private static void assertRounded(String shown, String printed) {
        assertThat(number(shown))
                .as("%s for %s", shown, printed)
                .isCloseTo(number(printed), Offset.offset(0.5 * lastDigit(shown) + 0.5 * lastDigit(printed)));
    }

    /** Returns the value of one in the last digit: 0.1e9 for {@code 77.2 G}. */
    private static double lastDigit(String text) {
        String digits = text.replaceAll("[^0-9.].*", "");
        int point = digits.indexOf('.');
        double whole = number("1" + text.substring(digits.length()));
        return point < 0 ? whole : whole * Math.pow(10, point + 1 - digits.length());
    }

    /** Returns the number of a text such as {@code 77.2 G}, {@code 15 GB} or {@code 2.2x}. */
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
