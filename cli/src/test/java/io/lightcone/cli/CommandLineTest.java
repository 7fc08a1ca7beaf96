// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Distance;
import io.lightcone.testing.Repository;
import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import io.lightcone.video.VideoWriter;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what a user types and what the program answers, from end to end. */
class CommandLineTest {
    /** The settings that make the demo's preset small enough for a test. */
    static final List<String> SMALL = List.of(
            "model.width=16",
            "model.depth=1",
            "data.height=16",
            "data.width=16",
            "data.digitSize=8",
            "training.frames=5",
            "training.batch=2",
            "training.steps=3",
            "training.minutes=0",
            "training.linear=float32",
            "training.reports.validationClips=2",
            "sampling.steps=2",
            "sampling.given=2");

    private static Path run = Path.of("");

    static Answer train(Path target, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("train", "--preset", "msc-demo", "--out", target.toString(), "--device", "cpu"));
        boolean videos = Arrays.asList(more).contains("--data");
        SMALL.stream()
                .filter(setting -> !videos || !setting.startsWith("data.digit"))
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(Arrays.asList(more));
        return type(arguments.toArray(String[]::new));
    }

    @BeforeAll
    static void trainOnce(@TempDir Path shared) {
        run = shared.resolve("run");
        Answer answer = train(run);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("moving digits").contains("step 3").contains("checkpoint saved");
    }

    static void expectError(Answer answer, String... parts) {
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.err()).contains(parts).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(answer.err().strip().lines().filter(line -> line.startsWith("lightcone: ")))
                .as("one sentence")
                .hasSize(1);
    }

    @Test
    void helpAndVersionArePrinted() {
        assertThat(type().out()).contains("Usage: lightcone");
        assertThat(type("--version")).extracting(Answer::code, Answer::err).containsExactly(0, "");
        for (String command : List.of("demo", "train", "sample", "presets", "bench")) {
            assertThat(type(command, "--help").out()).startsWith("Usage: lightcone " + command);
        }
    }

    @Test
    void presetsAreListedAndPrinted() {
        assertThat(type("presets").out()).contains("msc-demo", "dense-demo", "msc-xl", "dense-xl", "parameters");
        assertThat(type("presets", "msc-tiny").out())
                .startsWith("format: 4\npreset: msc-tiny")
                .contains("learningRate: 0.001");
        expectError(type("presets", "msc-tinny"), "msc-tinny", "did you mean msc-tiny?");
    }

    @Test
    void aPrintedPresetIsAWholeConfiguration(@TempDir Path temp) throws IOException {
        Path file = temp.resolve("own.yaml");
        Files.writeString(file, type("presets", "msc-demo").out());
        expectError(
                type("train", "--config", file.toString(), "--out", run.toString(), "--device", "cpu"),
                run + " exists already");
        Files.writeString(file, type("presets", "msc-demo").out().replace("depth:", "dept:"));
        expectError(
                type(
                        "train",
                        "--config",
                        file.toString(),
                        "--out",
                        temp.resolve("r").toString(),
                        "--device",
                        "cpu"),
                "model.dept",
                "own.yaml",
                "did you mean model.depth?");
    }

    @Test
    void videosAreSampledFromNothingAndFromAClip(@TempDir Path temp) {
        Path gif = temp.resolve("new.gif");
        Answer answer = sample("--out", gif.toString(), "--frames", "7", "--scale", "2");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("frame 7 of 7").contains("Wrote " + gif);
        Clip clip = VideoReader.read(gif, VideoReader.Options.of(32, 32, 1), 100);
        assertThat(clip.frames()).isEqualTo(7);

        Path frames = temp.resolve("continued");
        Answer continued =
                sample("--out", frames.toString(), "--frames", "3", "--start", gif.toString(), "--count", "2");
        assertThat(continued.code()).as(continued.err()).isZero();
        assertThat(files(temp.resolve("continued-1"))).hasSize(5);
        assertThat(files(temp.resolve("continued-2"))).hasSize(5);
    }

    @Test
    void continuesADamagedClipFromFramesWithoutAGapAndSaysSo(@TempDir Path temp) throws IOException {
        byte[] bytes = Files.readAllBytes(Repository.file("library/src/test/resources/videos/jpeg.avi"));
        int pictures = 0;
        for (int at = 0; pictures < 2; at++) { // the second picture loses its head
            boolean picture =
                    (bytes[at] & 255) == 0xFF && (bytes[at + 1] & 255) == 0xD8 && (bytes[at + 2] & 255) == 0xFF;
            if (picture && ++pictures == 2) {
                Arrays.fill(bytes, at, at + 400, (byte) 0);
            }
        }
        Path damaged = Files.write(temp.resolve("damaged.avi"), bytes);
        Path out = temp.resolve("out.gif");
        Answer answer = sample("--out", out.toString(), "--frames", "2", "--start", damaged.toString(), "--given", "2");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .contains("1 of 4 frames is damaged (invalid data found when processing input);"
                        + " damaged.avi, frames 1 to 2 are given");
    }

    @Test
    void theSameSeedGivesTheSameVideo(@TempDir Path temp) throws IOException {
        for (String name : List.of("a", "b", "c")) {
            sample("--out", temp.resolve(name).toString(), "--frames", "2", "--seed", name.equals("c") ? "5" : "4");
        }
        Path first = files(temp.resolve("a")).get(1);
        assertThat(files(temp.resolve("b")).get(1)).hasSameBinaryContentAs(first);
        assertThat(Distance.between(files(temp.resolve("c")).get(1), first)).isGreaterThan(5);
    }

    private static Answer sample(String... more) {
        List<String> arguments = new ArrayList<>(List.of("sample", "--run", run.toString(), "--device", "cpu"));
        arguments.addAll(Arrays.asList(more));
        return type(arguments.toArray(String[]::new));
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void trainingOnAFolderSkipsATruncatedVideoByName(@TempDir Path temp) throws IOException {
        Path videos = Files.createDirectories(temp.resolve("videos/deep"));
        for (String name : List.of("one.mp4", "two.mkv".replace("mkv", "mp4"), "cut.mp4")) {
            writeVideo(videos.resolve(name));
        }
        Path cut = videos.resolve("cut.mp4");
        byte[] bytes = Files.readAllBytes(cut);
        Files.write(cut, Arrays.copyOf(bytes, bytes.length * 4 / 10));
        Path target = temp.resolve("run");
        Answer answer = train(
                target,
                "--data",
                temp.resolve("videos").toString(),
                "--set",
                "data.channels=3",
                "--set",
                "model.channels=3");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .contains("2 videos with ")
                .contains("Skipped 1 file: deep/cut.mp4 (")
                .contains("skipped deep/cut.mp4: ");
        assertThat(Files.exists(target.resolve("checkpoints/step-3/ema.safetensors")))
                .isTrue();
    }

    private static void writeVideo(Path file) {
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            for (int i = 0; i < 30; i++) {
                BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR);
                Graphics2D graphics = image.createGraphics();
                graphics.setColor(Color.ORANGE);
                graphics.fillOval(i, 20, 20, 20);
                graphics.dispose();
                writer.add(image);
            }
            writer.finish();
        }
    }

    @Test
    void badDataIsOneSentence(@TempDir Path temp) throws IOException {
        expectError(train(temp.resolve("r"), "--data", temp.resolve("nowhere").toString()), "nowhere");
        Path empty = Files.createDirectories(temp.resolve("empty"));
        expectError(train(temp.resolve("r"), "--data", empty.toString()), "no videos in " + empty);
        Path text = Files.writeString(temp.resolve("text.mp4"), "not a video");
        expectError(train(temp.resolve("r"), "--data", text.toString()), "text.mp4");
        expectError(train(temp.resolve("r"), "--data", " "), "'--data': it is empty; name a file or folder");
        assertThat(Files.exists(temp.resolve("r")))
                .as("no half-made run is left")
                .isFalse();
    }

    /**
     * A preset for videos can be trained on moving digits too: what both kinds of data have stays, and the digits are
     * the usual ones.
     */
    @Test
    void aPresetForVideosLearnsMovingDigitsToo(@TempDir Path temp) throws IOException {
        Path target = temp.resolve("r");
        List<String> arguments = new ArrayList<>(List.of("train", "--preset", "msc-tiny", "--data", "moving-digits"));
        arguments.addAll(List.of("--out", target.toString(), "--device", "cpu", "--set", "training.levels.kind=fopp"));
        SMALL.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        Answer answer = type(arguments.toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(Files.readString(target.resolve("config.yaml")))
                .contains("  kind: moving-digits\n  height: 16\n  width: 16\n  channels: 3\n")
                .contains("  digits: fonts\n  digitCount: 2\n  digitSize: 8.0\n")
                .contains("    kind: fopp\n    distribution: logit_normal\n    mean: 0.0\n    timesteps: 1000\n")
                .doesNotContain("source:");
    }

    @Test
    void badSettingsAreOneSentence(@TempDir Path temp) {
        Path target = temp.resolve("r");
        expectError(train(target, "--set", "data.height=18"), "16x18 pixels", "multiples of 4");
        expectError(train(target, "--set", "model.widht=8"), "model.widht", "did you mean model.width?");
        expectError(train(target, "--set", "model.width=9"), "width 9");
        expectError(train(target, "--set", "training.batch=0"), "batch");
        expectError(type("train", "--preset", "msc-x", "--out", target.toString()), "msc-x");
        expectError(
                type("train", "--preset", "msc-demo", "--out", target.toString(), "--device", "gpu"),
                "no device named 'gpu'");
        expectError(train(target, "--threads", "-1"), "--threads");
        expectError(train(target, "--nonsense"), "--nonsense", "lightcone train --help");
        expectError(type("train"), "--out", "--resume");
        expectError(type("frobnicate"), "frobnicate");
    }

    @Test
    void aRunFolderThatExistsIsNotOverwritten() {
        expectError(train(run), run + " exists already", "--resume");
        expectError(type("demo", "--out", run.toString()), "exists already");
    }

    @Test
    void aDemoThatCannotBeIsOneSentence(@TempDir Path temp) throws IOException {
        Path file = Files.writeString(temp.resolve("taken"), "mine");
        expectError(type("demo", "--out", file.toString()), file + " is a file; name a folder with --out DIR");
        assertThat(file).hasContent("mine");
        Path out = temp.resolve("demo");
        for (String minutes : List.of("0", "-1", "NaN", "Infinity")) {
            expectError(
                    type("demo", "--out", out.toString(), "--minutes", minutes),
                    "--minutes must be a number above 0, not " + minutes);
        }
        expectError(type("demo", "--minutes", "soon"), "--minutes", "soon", "lightcone demo --help");
        assertThat(out).doesNotExist();
    }

    /** On Windows a pattern such as *.mp4 is no path; a NUL is none anywhere. */
    @Test
    void aPathThatIsNoneIsOneSentence(@TempDir Path temp) {
        String none = "no\0path";
        String complaint = "'no path' is no name of a file or folder";
        String target = temp.resolve("r").toString();
        expectError(type("demo", "--out", none), "--out", complaint);
        expectError(type("train", "--out", none), "--out", complaint);
        expectError(type("train", "--resume", none), "--resume", complaint);
        expectError(type("train", "--out", target, "--config", none), "--config", complaint);
        expectError(type("train", "--out", target, "--data", none), complaint);
        expectError(
                train(temp.resolve("r"), "--set", "data.digits=\"no\\0path\""),
                "data.digits",
                "is no path on this system");
        expectError(sample("--out", none), complaint);
        expectError(sample("--out", target, "--start", none), "--start", complaint);
    }

    @Test
    void resumingIsCheckedAndGoesOn(@TempDir Path temp) throws IOException {
        Path target = temp.resolve("run");
        assertThat(train(target).code()).isZero();
        expectError(resume(target), "finished after 3 steps");
        expectError(resume(target, "--set", "model.depth=2"), "model, data, codec, diffusion and seed");
        expectError(resume(target, "--data", "x"), "--resume takes everything from the run");
        expectError(resume(temp), "is not a run folder");
        Answer more = resume(target, "--set", "training.steps=5");
        assertThat(more.code()).as(more.err()).isZero();
        assertThat(more.err()).contains("Resuming " + target + " from step 3");
        assertThat(Files.readString(target.resolve("config.yaml"))).contains("steps: 5");

        Path weights = target.resolve("checkpoints/step-5/ema.safetensors");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1000));
        expectError(
                resume(target, "--set", "training.steps=9"), "ema.safetensors", "the checkpoint of step 3 is whole");
        expectError(
                type(
                        "sample",
                        "--run",
                        target.toString(),
                        "--out",
                        temp.resolve("x.gif").toString(),
                        "--device",
                        "cpu"),
                "ema.safetensors");
    }

    private static Answer resume(Path target, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", "--resume", target.toString(), "--device", "cpu"));
        arguments.addAll(Arrays.asList(more));
        return type(arguments.toArray(String[]::new));
    }

    @Test
    void badSamplingIsOneSentence(@TempDir Path temp) {
        String out = temp.resolve("x.gif").toString();
        expectError(type("sample", "--run", temp.toString(), "--out", out, "--device", "cpu"), "is not a run folder");
        expectError(sample("--out", temp.resolve("x.bmp").toString()), "x.bmp");
        expectError(sample("--out", out, "--frames", "0"), "--frames must lie between 1 and");
        expectError(sample("--out", out, "--steps", "0"), "--steps");
        expectError(sample("--out", out, "--start", temp.resolve("none.mp4").toString()), "none.mp4");
        expectError(sample("--out", out, "--gap", "3"), "gap must lie between 0 and the 2 steps, not 3");
        expectError(sample("--out", out, "--gap", "-1"), "gap must lie between 0 and the 2 steps, not -1");
        expectError(sample("--out", out, "--gap", "0"), "stay unfinished; choose a gap between 1 and 2");
        expectError(
                sample("--out", out, "--set", "sampling.block=9", "--set", "sampling.order=frame_by_frame"),
                "blocks of 9 frames do not fit into the 5 frames",
                "between 1 and 5");
        expectError(sample("--out", out, "--set", "sampling.context.given=1"), "given must lie in [0, 1), not 1.0");
        expectError(sample("--out", out, "--set", "sampling.eta=2"), "eta must lie between 0 and 1, not 2.0");
        expectError(sample("--out", out, "--set", "sampling.guidance.history=-1"), "between 0 and 100, not -1.0");
        expectError(sample("--out", out, "--set", "sampling.solver=eular"), "did you mean euler?");
        expectError(
                sample("--out", out, "--set", "model.depth=3"),
                "cannot be changed once a model is trained; settings that begin with sampling. can");
        writeVideo(temp.resolve("short.mp4"));
        expectError(
                sample("--out", out, "--start", temp.resolve("short.mp4").toString(), "--at", "2.9"),
                "short.mp4 has only",
                "--at");
        assertThat(Files.exists(temp.resolve("x.gif"))).isFalse();
    }

    @Test
    void theDemoMakesWhatItPromises(@TempDir Path temp) throws IOException {
        Path out = temp.resolve("demo");
        List<String> arguments = new ArrayList<>(
                List.of("demo", "--minutes", "1", "--out", out.toString(), "--device", "cpu", "--threads", "1"));
        SMALL.stream()
                .filter(setting -> !setting.contains("minutes"))
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        Answer answer = type(arguments.toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).contains("dB PSNR over 8 frames").contains("report.html");
        for (String name : List.of("sample.mp4", "sample.gif", "loss.png", "report.html", "run/config.yaml")) {
            assertThat(out.resolve(name)).isNotEmptyFile();
        }
        assertThat(Files.readString(out.resolve("report.html"))).contains("sample.gif", "loss.png", "repeat");
    }
}
