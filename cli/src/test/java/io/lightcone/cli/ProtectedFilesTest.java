// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.UserException;
import io.lightcone.run.ProtectedFiles;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that nothing that a command reads is written over, by whatever name. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
class ProtectedFilesTest {
    private static Path run = Path.of("");

    private final Path folder;

    ProtectedFilesTest(@TempDir Path folder) {
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

    /** Returns another name of {@code file}, of the kind asked for. */
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
    void theClipThatIsContinuedIsLeftAlone(String kind) throws IOException {
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
    void noneOfSeveralVideosReplacesASource() throws IOException {
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
                "--save .lock",
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
        assertThatCode(() -> new ProtectedFiles().run(run).requireNotOverwrittenBy("--out", run.resolve("mine.mp4")))
                .doesNotThrowAnyException();
        assertThatCode(() ->
                        new ProtectedFiles().run(run).requireNotOverwrittenBy("--out", folder.resolve("checkpoints")))
                .doesNotThrowAnyException();
    }

    @Test
    void aLinkIntoARunIsTheRuns() throws IOException {
        for (String name : List.of("config.yaml", "metrics.jsonl")) {
            Path hard = Files.createLink(folder.resolve("hard-" + name), run.resolve(name));
            Path link = Files.createSymbolicLink(folder.resolve("link-" + name), run.resolve(name));
            for (Path output : List.of(hard, link)) {
                assertThatThrownBy(() -> new ProtectedFiles().run(run).requireNotOverwrittenBy("--save", output))
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

    /** A folder above a link is the one above the link's target, as the system has it. */
    @Test
    void linksAreFollowedBeforeTheFolderAboveIsTaken() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("disk/deep"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), deep);
        String out = folder.resolve("disk/new.gif").toString();
        expectRefusal(sample("--out", out, "--save", link + "/../new.gif"), "--save names the same file as --out");
        Path place = Files.createDirectories(folder.resolve("disk/run/samples"));
        Path within = Files.createSymbolicLink(folder.resolve("within"), place);
        ProtectedFiles sources = new ProtectedFiles()
                .file("--start", folder.resolve("disk/a.mp4"))
                .run(folder.resolve("disk/run"));
        for (String option : List.of("--out", "--save")) {
            for (Path output : List.of(link.resolve("../a.mp4"), within.resolve("../checkpoints/a"))) {
                assertThatThrownBy(() -> sources.requireNotOverwrittenBy(option, output))
                        .as("%s %s", option, output)
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining(option);
            }
            assertThatCode(() -> sources.requireNotOverwrittenBy(option, within.resolve("../../b.mp4")))
                    .doesNotThrowAnyException();
        }
        ProtectedFiles beside = new ProtectedFiles().file("--start", folder.resolve("a.mp4"));
        assertThatCode(() -> beside.requireNotOverwrittenBy("--out", link.resolve("../a.mp4")))
                .as("another file, though its name without dots is the same")
                .doesNotThrowAnyException();
    }

    /** A folder in which nothing but a configuration lies may look like the beginning of a run. */
    @ParameterizedTest
    @ValueSource(strings = {"the same", "roundabout", "relative", "symbolic link", "hard link", "folder's link"})
    void aConfigurationIsNotTakenForThatOfTheNewRun(String kind) throws IOException {
        Path out = Files.createDirectories(folder.resolve("above/out"));
        Path config = Files.copy(run.resolve("config.yaml"), out.resolve("config.yaml"));
        Path named = kind.equals("roundabout") ? out.resolve("../out/config.yaml") : alias(config, kind);
        expectConfigurationIsKept(named, out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"symbolic link", "hard link"})
    void aConfigurationIsNotWrittenOverThroughALinkInTheNewRun(String kind) throws IOException {
        Path out = Files.createDirectory(folder.resolve("out"));
        Path config = Files.copy(run.resolve("config.yaml"), folder.resolve("config.yaml"));
        Files.move(alias(config, kind), out.resolve("config.yaml"));
        expectConfigurationIsKept(config, out);
    }

    private static void expectConfigurationIsKept(Path config, Path out) throws IOException {
        Map<String, Long> before = tree(out);
        expectRefusal(
                CommandLineTest.train(out, "--config", config.toString()),
                "--config names " + config + ", where the run " + out + " keeps what it writes");
        assertThat(tree(out)).isEqualTo(before).containsKey("config.yaml");
        assertThat(config).hasSameBinaryContentAs(run.resolve("config.yaml"));
    }

    @ParameterizedTest
    @CsvSource({
        "train, data.source=OUT",
        "train, data.source=OUT/samples",
        "train, data.source=OUT/checkpoints/x.mp4",
        "train, data.source=OUT/metrics.jsonl",
        "train, data.digits=OUT/samples",
        "demo, data.source=OUT/run/samples",
        "demo, data.digits=OUT/run/checkpoints",
        "experiment levels, data.digits=OUT/independent/samples",
        "experiment steering, data.digits=OUT/steered",
    })
    void dataDoesNotLieWhereTheNewRunWrites(String command, String place) throws IOException {
        Path out = folder.resolve("new");
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        if (command.equals("train")) {
            words.addAll(List.of("--preset", "msc-demo"));
        }
        CommandLineTest.SMALL.stream()
                .filter(setting -> !setting.contains("minutes") && !setting.startsWith("training.frames"))
                .filter(setting -> !place.startsWith("data.source") || !setting.startsWith("data.digit"))
                .forEach(setting -> words.addAll(List.of("--set", setting)));
        String setting = place.replace("OUT", out.toString());
        words.addAll(List.of("--out", out.toString(), "--device", "cpu", "--set", setting));
        String key = setting.substring(0, setting.indexOf('='));
        if (key.equals("data.source")) {
            words.addAll(List.of("--set", "data.kind=videos"));
        }
        expectRefusal(type(words.toArray(String[]::new)), key + " names " + setting.substring(key.length() + 1));
        assertThat(out).doesNotExist();
    }

    @Test
    void aRunThatGoesOnDoesNotLearnFromWhatItWrites() throws IOException {
        Map<String, Long> before = tree(run);
        expectRefusal(
                type(
                        "train",
                        "--resume",
                        run.toString(),
                        "--device",
                        "cpu",
                        "--set",
                        "training.steps=9",
                        "--set",
                        "data.digits=" + run.resolve("samples")),
                "data.digits names " + run.resolve("samples"));
        assertThat(tree(run)).isEqualTo(before);
    }

    /** Data may lie beside what a run writes. */
    @Test
    void dataAroundARunIsTakenAsItIs() {
        assertThatCode(() -> new ProtectedFiles()
                        .file("data.source", run.getParent())
                        .file("--config", run.resolve("mine.yaml"))
                        .requireNotOverwrittenByRun(run))
                .doesNotThrowAnyException();
    }

    /** Whatever is there already, of a name that the new run is to have, is left alone. */
    @Test
    void aNewRunTakesThePlaceOfNothing() throws IOException {
        Path start = clip("mine.mp4");
        Path config = Files.copy(run.resolve("config.yaml"), folder.resolve("mine.yaml"));
        Map<String, Long> before = tree(folder);
        for (Path taken : List.of(folder, start, config)) {
            expectRefusal(
                    CommandLineTest.train(taken, "--config", config.toString()),
                    taken.equals(config) ? "--config names " + config : taken + " exists already");
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

    /** Returns files by name, with a number that changes when they do. */
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
