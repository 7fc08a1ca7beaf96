// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.video.Clip;
import io.lightcone.video.TestVideos;
import io.lightcone.video.VideoReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the command that compares continuations of runs, on models as small as they can be. */
class ExperimentContinuationCommandTest {
    private static final int SIDE = 32;
    private static final String TINY = " --device cpu --preset msc-tiny --set model.width=16 --set model.depth=1"
            + " --set training.frames=5 --set training.batch=1 --set training.steps=1 --set sampling.steps=2"
            + " --set training.reports.validationClips=1 --set training.linear=float32 --set data.fps=0";

    private static Path folder = Path.of("");

    /** Trains two runs on a bar that moves to the right, one of small pictures and one of latents of larger ones. */
    @BeforeAll
    static void train(@TempDir Path shared) {
        folder = shared;
        video(shared.resolve("bar.mp4"));
        train("small", " --set data.height=16 --set data.width=16 --set model.patch=4 --set sampling.given=1");
        train("large", " --set data.height=32 --set data.width=32 --codec patches:2 --set sampling.given=2");
    }

    private static void video(Path file) {
        int frames = 100;
        byte[] pixels = new byte[frames * SIDE * SIDE * 3];
        for (int i = 0; i < pixels.length; i++) {
            int x = i / 3 % SIDE;
            int frame = i / (3 * SIDE * SIDE);
            pixels[i] = (byte) ((x - frame % SIDE + SIDE) % SIDE < 6 ? 220 : 40);
        }
        Clip clip = new Clip("a bar", frames, SIDE, SIDE, 3, pixels);
        TestVideos.write(file, 10, 1, clip);
    }

    private static void train(String name, String more) {
        Answer answer = Answer.typed(
                "train --data " + folder.resolve("bar.mp4") + " --out " + folder.resolve(name) + TINY + more);
        assertThat(answer.code()).as(answer.err()).isZero();
    }

    private static String command(Path out, String... runs) {
        StringBuilder command = new StringBuilder("experiment continuation --device cpu --out " + out);
        for (String run : runs) {
            command.append(" --run ").append(folder.resolve(run));
        }
        return command.toString();
    }

    @Test
    void runsOfOtherSizesAndCodecsAreCompared(@TempDir Path temp) throws Exception {
        Path out = temp.resolve("new/judged");
        String command = command(out, "small", "large") + " --frames 4";
        Answer answer = Answer.typed(command + " --clips 3 --json");
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(answer.out());
        JsonKeys.assertKeys("experiment-continuation", report);
        assertThat(JsonMapper.shared().readTree(Files.readString(out.resolve("continuation.json"))))
                .isEqualTo(report);
        assertThat(report.get("given").asInt()).isEqualTo(2);
        assertThat(report.get("height").asInt()).isEqualTo(SIDE);
        JsonNode small = report.get("runs").get(0);
        JsonNode large = report.get("runs").get(1);
        assertThat(small.get("run").asString())
                .isEqualTo(folder.resolve("small").toString());
        assertThat(small.get("width").asInt()).isEqualTo(16);
        assertThat(large.get("codec").asString()).isEqualTo("patches");
        assertThat(large.get("steps").asInt()).isEqualTo(1);
        assertThat(large.get("updates").asInt()).isEqualTo(2);
        assertThat(mean(large, "decoded", "psnr")).as("nothing is lost").isEqualTo(100);
        assertThat(large.get("decoded").get("sharpness").asDouble()).isEqualTo(1);
        assertThat(mean(small, "decoded", "psnr")).as("pictures are enlarged").isBetween(10.0, 40.0);
        assertThat(small.get("decoded").get("sharpness").asDouble()).isNotCloseTo(1, Offset.offset(0.01));
        for (JsonNode run : report.get("runs")) {
            assertThat(run.get("continued").get("psnrByFrame").size()).isEqualTo(4);
            assertThat(mean(run, "continued", "psnr")).isLessThan(mean(run, "decoded", "psnr"));
            assertThat(run.get("gain").get("mean").asDouble())
                    .isCloseTo(
                            mean(run, "continued", "psnr")
                                    - report.get("repeated")
                                            .get("psnr")
                                            .get("mean")
                                            .asDouble(),
                            Offset.offset(1e-9));
            assertThat(run.get("secondsPerFrame").asDouble()).isPositive();
        }
        assertThat(ImageIO.read(out.resolve("continuation.png").toFile()).getHeight())
                .isGreaterThan(2 * 3 * 128 * 2);
        assertThat(frames(out.resolve("continuation.mp4"))).isEqualTo(6);

        answer = Answer.typed(command + " --given 1 --clips 1 --sampling sampling.steps=1");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.out())
                .containsPattern(" +PSNR, dB +gain +at 1 +at 4 +SSIM +sharpness +codec alone +ms/frame\\R"
                        + ".*small, pixels 16x16 .*\\R.*large, patches 32x32 .*\\Rlast given frame repeated .*")
                .contains("Of 1 held-out clip, the 4 frames behind 1 given one, seen at 32x32 pixels.");
    }

    private static double mean(JsonNode run, String what, String measure) {
        return run.get(what).get(measure).get("mean").asDouble();
    }

    private static long frames(Path video) {
        try (VideoReader reader = VideoReader.open(video, VideoReader.Options.of(SIDE, SIDE, 3))) {
            return IntStream.iterate(0, i -> i + 1)
                    .takeWhile(i -> reader.next() != null)
                    .count();
        }
    }

    /** Clips of another length, and videos that came later, are held out otherwise: it might be known already. */
    @Test
    void whatARunMayHaveSeenIsNotJudgedBy(@TempDir Path temp) throws Exception {
        Path videos = Files.createDirectory(temp.resolve("videos"));
        for (int i = 0; i < 4; i++) {
            Files.copy(folder.resolve("bar.mp4"), videos.resolve("bar" + i + ".mp4"));
        }
        String data = "train --data " + videos + " --set data.height=16 --set data.width=16 --set model.patch=4" + TINY;
        for (int frames : new int[] {5, 12}) { // a tenth of a video has 10
            Answer answer =
                    Answer.typed(data + " --set training.frames=" + frames + " --out " + temp.resolve("of" + frames));
            assertThat(answer.code()).as(answer.err()).isZero();
        }
        String judged = "experiment continuation --device cpu --clips 2 --out " + temp.resolve("judged") + " --run "
                + temp.resolve("of5");
        Files.writeString(videos.resolve("broken.mp4"), "no video");
        Answer answer = Answer.typed(judged + " --given 2 --frames 6");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).containsOnlyOnce("skipped broken.mp4");
        Files.delete(videos.resolve("broken.mp4"));
        expectError(
                judged + " --given 2 --frames 3 --run " + temp.resolve("of12"),
                "of12 has held out other parts of the videos than ",
                "what was held out of one was trained on by the other");
        expectError(judged + " --given 4 --frames 7", "clips of 11 frames cannot be cut out of what was held out");
        answer = Answer.typed("train --from " + temp.resolve("of12") + " --set training.frames=5 --device cpu --out "
                + temp.resolve("from12"));
        assertThat(answer.code()).as(answer.err()).isZero();
        expectError(
                judged.replace("of5", "from12") + " --given 2 --frames 3",
                "of12 has held out other parts of the videos than ");
        Files.copy(folder.resolve("bar.mp4"), videos.resolve("bar4.mp4"));
        answer = Answer.typed(judged + " --given 2 --frames 3");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("decoded bar4.mp4", "have changed since it was begun");
    }

    @Test
    void whatCannotBeComparedIsOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("judged");
        train("other", " --set data.height=16 --set data.width=16 --set model.patch=4 --set data.heldOut=0.3");
        train("wide", " --set data.height=16 --set data.width=32 --set model.patch=4");
        expectError(
                command(out, "small", "other"),
                "data.heldOut is 0.3 in ",
                " and 0.1 in ",
                "so the two cannot be compared on the same clips");
        expectError(command(out, "small", "wide"), "16x16 pixels and ", "do not show the same");
        String both = command(out, "small", "large");
        expectError(both + " --frames 20", "clips of 22 frames cannot be cut out of what was held out");
        expectError(both + " --frames 1000 --clips 1000", "of Java's memory, more than there is");
        expectError(both + " --frames 0", "--frames must lie between 1 and");
        expectError(both + " --given 0", "--given must lie between 1 and");
        expectError(both + " --clips 0", "--clips must lie between 1 and");
        expectError(both + " --sampling model.depth=2", "'model.depth=2' cannot be changed once a model is trained");
        expectError(command(out, "none"), "none is not a run folder");
        expectError("experiment continuation --out " + out, "Missing required option: '--run=RUN'");
        Answer world = Answer.typed("train --data world:pong --preset world-msc --out " + folder.resolve("world")
                + " --device cpu --set model.width=16 --set model.depth=1 --set training.frames=4"
                + " --set training.given.frames=2 --set training.batch=1 --set training.steps=1"
                + " --set sampling.given=2 --set training.reports.validationClips=2");
        assertThat(world.code()).as(world.err()).isZero();
        expectError(
                command(out, "world"), "was trained on world, but what is compared here is how videos are continued");
        assertThat(out).doesNotExist();
    }
}
