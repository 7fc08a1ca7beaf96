// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.video.Clip;
import io.lightcone.video.VideoReader;
import io.lightcone.video.VideoWriter;
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
        try (VideoWriter writer = VideoWriter.open(file, 10, 1)) {
            for (int f = 0; f < frames; f++) {
                writer.add(clip, f);
            }
            writer.finish();
        }
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
        String command = command(out, "small", "large") + " --clips 3 --frames 4";
        Answer answer = Answer.typed(command + " --json");
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(answer.out());
        JsonKeys.assertKeys("experiment-continuation", report);
        assertThat(JsonMapper.shared().readTree(Files.readString(out.resolve("continuation.json"))))
                .isEqualTo(report);
        assertThat(report.get("given").asInt()).isEqualTo(2);
        assertThat(report.get("height").asInt()).isEqualTo(SIDE);
        JsonNode small = report.get("runs").get(0);
        JsonNode large = report.get("runs").get(1);
        assertThat(small.get("run").asString()).isEqualTo("small");
        assertThat(small.get("width").asInt()).isEqualTo(16);
        assertThat(large.get("codec").asString()).isEqualTo("patches");
        assertThat(large.get("steps").asInt()).isEqualTo(1);
        assertThat(large.get("updates").asInt()).isEqualTo(2);
        assertThat(mean(large, "decoded", "psnr")).as("nothing is lost").isEqualTo(100);
        assertThat(mean(large, "decoded", "sharpness")).isEqualTo(1);
        assertThat(mean(small, "decoded", "psnr")).as("pictures are enlarged").isBetween(10.0, 40.0);
        assertThat(mean(small, "decoded", "sharpness")).isNotCloseTo(1, Offset.offset(0.01));
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
                        + "small, pixels 16x16 .*\\Rlarge, patches 32x32 .*\\Rlast given frame repeated .*")
                .contains("Of 1 held-out clips, the 4 frames behind 1 given ones, seen at 32x32 pixels.");
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

    @Test
    void whatCannotBeComparedIsOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("judged");
        train("other", " --set data.height=16 --set data.width=16 --set model.patch=4 --set data.heldOut=0.3");
        train("wide", " --set data.height=16 --set data.width=32 --set model.patch=4");
        expectError(
                command(out, "small", "other"),
                "data.heldOut is 0.3 in ",
                " and 0.1 in ",
                "so they do not have the same held-out clips");
        expectError(command(out, "small", "wide"), "16x16 pixels and ", "do not show the same");
        String both = command(out, "small", "large");
        expectError(both + " --frames 20", "of what was held out of ", "no clips of 22 frames; make --frames or");
        expectError(both + " --frames 0", "--frames must lie between 1 and");
        expectError(both + " --given 0", "--given must lie between 1 and");
        expectError(both + " --clips 0", "--clips must lie between 1 and");
        expectError(both + " --sampling model.depth=2", "'model.depth=2' cannot be changed once a model is trained");
        expectError(command(out, "none"), "none");
        expectError("experiment continuation --out " + out, "Missing required option: '--run=RUN'");
        Answer world = Answer.typed("train --data world:pong --preset world-msc --out " + folder.resolve("world")
                + " --device cpu --set model.width=16 --set model.depth=1 --set training.frames=4"
                + " --set training.given.frames=2 --set training.batch=1 --set training.steps=1"
                + " --set sampling.given=2 --set training.reports.validationClips=2");
        assertThat(world.code()).as(world.err()).isZero();
        expectError(command(out, "world"), "was trained on other data than videos");
        assertThat(out).doesNotExist();
    }
}
