// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a command reads is written over, by whatever name. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
class SourcesTest {
    private static Path run = Path.of("");

    private final Path folder;

    SourcesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeAll
    static void train(@TempDir Path shared) {
        run = shared.resolve("run");
        assertThat(CommandLineTest.train(run).code()).isZero();
    }

    private Path clip(String name) {
        Path file = folder.resolve(name);
        byte[] pixels = new byte[6 * 16 * 16];
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            for (int i = 0; i < 6; i++) {
                Arrays.fill(pixels, i * 256, (i + 1) * 256, (byte) (40 * i));
                writer.add(new Clip("clip", 6, 16, 16, 1, pixels), i);
            }
            return writer.finish();
        }
    }

    /** Another name of {@code file}, of the kind asked for. */
    private static Path alias(Path file, String kind) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent());
        String name = file.getFileName().toString();
        return switch (kind) {
            case "the same" -> file;
            case "roundabout" -> folder.resolve("x/../" + name);
            case "relative" -> Path.of("").toAbsolutePath().relativize(file);
            case "symbolic link" -> Files.createSymbolicLink(folder.resolve("link-" + name), file);
            case "hard link" -> Files.createLink(folder.resolve("hard-" + name), file);
            case "folder's link" ->
                Files.createSymbolicLink(folder.resolveSibling("other"), folder).resolve(name);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"the same", "roundabout", "relative", "symbolic link", "hard link", "folder's link"})
    void theClipThatIsGoneOnFromIsLeftAlone(String kind) throws IOException {
        Path within = Files.createDirectory(folder.resolve("within"));
        Path start = clip("within/mine.mp4");
        Path out = alias(start, kind);
        byte[] before = Files.readAllBytes(start);
        Map<String, Long> names = tree(within);
        expectRefusal(
                sample("--start", start.toString(), "--out", out.toString()), "--out names the same file as --start");
        expectRefusal(
                sample("--start", out.toString(), "--out", start.toString()), "--out names the same file as --start");
        expectRefusal(
                sample("--start", start.toString(), "--out", folder + "/new.gif", "--save", out.toString()),
                "--save names the same file as --start");
        assertThat(Files.readAllBytes(start)).isEqualTo(before);
        assertThat(tree(within)).isEqualTo(names);
    }

    @Test
    void ofSeveralVideosEachIsLookedAt() throws IOException {
        Path start = clip("c-2.mp4");
        byte[] before = Files.readAllBytes(start);
        expectRefusal(
                sample("--start", start.toString(), "--count", "3", "--out", folder + "/c.mp4"),
                "--out names the same file as --start, " + start);
        expectRefusal(
                sample("--count", "3", "--out", folder + "/d.mp4", "--save", folder + "/x/../d-3.mp4"),
                "--save names the same file as --out");
        assertThat(Files.readAllBytes(start)).isEqualTo(before);
        assertThat(tree(folder)).containsOnlyKeys("c-2.mp4");
    }

    /** A folder of images may stand around the clip: its images have names of their own. */
    @Test
    void aFolderOfImagesAroundTheClipLeavesItAlone() throws IOException {
        Path start = clip("mine.mp4");
        byte[] before = Files.readAllBytes(start);
        Answer answer = sample("--start", start.toString(), "--out", folder.toString());
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(Files.readAllBytes(start)).isEqualTo(before);
        assertThat(tree(folder)).containsKeys("mine.mp4", "frame-00000.png");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--out .",
                "--out checkpoints",
                "--out checkpoints/step-3",
                "--out checkpoints/new.mp4",
                "--out samples",
                "--out samples/step-3.gif",
                "--save config.yaml",
                "--save metrics.jsonl",
                "--save checkpoints/step-3/state.json",
                "--save checkpoints/mine",
            })
    void aRunIsNotWrittenInto(String output) throws IOException {
        Map<String, Long> before = tree(run);
        List<String> words = new ArrayList<>(List.of(output.split(" ")));
        words.set(1, run.resolve(words.get(1)).toString());
        if (words.get(0).equals("--save")) {
            words.addAll(List.of("--out", folder.resolve("v.gif").toString()));
        }
        expectRefusal(sample(words.toArray(String[]::new)), "belongs to the run " + run + " itself; choose another --");
        assertThat(tree(run)).isEqualTo(before);
        assertThat(folder.resolve("v.gif")).doesNotExist();
    }

    @Test
    void ownFilesMayLieBesideThoseOfARun() {
        assertThatCode(() -> new Sources().run(run).requireSpared("--out", run.resolve("mine.mp4")))
                .doesNotThrowAnyException();
        assertThatCode(() -> new Sources().run(run).requireSpared("--out", folder.resolve("checkpoints")))
                .doesNotThrowAnyException();
    }

    @Test
    void aLinkIntoARunIsTheRuns() throws IOException {
        for (String name : List.of("config.yaml", "metrics.jsonl")) {
            Path hard = Files.createLink(folder.resolve("hard-" + name), run.resolve(name));
            Path link = Files.createSymbolicLink(folder.resolve("link-" + name), run.resolve(name));
            for (Path output : List.of(hard, link)) {
                assertThatThrownBy(() -> new Sources().run(run).requireSpared("--save", output))
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("belongs to the run");
            }
        }
    }

    @Test
    void aFigureDoesNotTakeThePlaceOfItsConfiguration() throws IOException {
        Path config = folder.resolve("config.png");
        Files.copy(run.resolve("config.yaml"), config);
        byte[] before = Files.readAllBytes(config);
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), config);
        for (Path out : List.of(config, link)) {
            expectRefusal(
                    type("show", "attention", "--config", config.toString(), "--out", out.toString()),
                    "--out names the same file as --config");
        }
        assertThat(Files.readAllBytes(config)).isEqualTo(before);
    }

    /** A new run takes an empty folder, so what it is made from is never in it. */
    @Test
    void aNewRunTakesThePlaceOfNothing() throws IOException {
        Path start = clip("mine.mp4");
        Path config = Files.copy(run.resolve("config.yaml"), folder.resolve("mine.yaml"));
        Map<String, Long> before = tree(folder);
        for (Path taken : List.of(folder, start, config)) {
            expectRefusal(CommandLineTest.train(taken, "--config", config.toString()), taken + " exists already");
            Answer demo = type("demo", "--out", taken.toString());
            assertThat(demo.code()).as(demo.err()).isEqualTo(2);
        }
        assertThat(tree(folder)).isEqualTo(before);
    }

    private static Answer sample(String... more) {
        List<String> words =
                new ArrayList<>(List.of("sample", "--run", run.toString(), "--device", "cpu", "--frames", "2"));
        words.addAll(List.of(more));
        return type(words.toArray(String[]::new));
    }

    private static void expectRefusal(Answer answer, String part) {
        CommandLineTest.expectError(answer, part);
    }

    /** Files by name, with a number that changes when they do. */
    private static Map<String, Long> tree(Path root) throws IOException {
        Map<String, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = root.relativize(file).toString().toLowerCase(Locale.ROOT);
                files.put(name, (long) Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return files;
    }
}
