// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.video.Clip;
import io.lightcone.video.TestVideos;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the command that compares what codecs keep of videos. */
class ExperimentCodecCommandTest {
    private static final int WIDTH = 96;
    private static final int HEIGHT = 64;

    private static Path video = Path.of("");

    /** Writes a video of soft hills of colour that move over each other, as no codec has seen them. */
    @BeforeAll
    static void write(@TempDir Path shared) {
        video = shared.resolve("hills.mp4");
        int frames = 120;
        byte[] pixels = new byte[frames * HEIGHT * WIDTH * 3];
        for (int i = 0; i < pixels.length; i++) {
            int channel = i % 3;
            int x = i / 3 % WIDTH;
            int y = i / (3 * WIDTH) % HEIGHT;
            int frame = i / (3 * WIDTH * HEIGHT);
            double hill = Math.sin((x + frame) / 9.0 + channel) + Math.sin((y - 0.5 * frame) / 7.0 + 2 * channel);
            pixels[i] = (byte) Math.round(128 + 50 * hill);
        }
        Clip clip = new Clip("hills", frames, HEIGHT, WIDTH, 3, pixels);
        TestVideos.write(video, 12, 1, clip);
    }

    private static String command(Path out, String more) {
        return "experiment codec --device cpu --data " + video + " --out " + out + " --size 96x64" + more;
    }

    private static JsonNode judged(Path out, String more) throws Exception {
        Answer answer = Answer.typed(command(out, more + " --json"));
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode report = JsonMapper.shared().readTree(answer.out());
        JsonKeys.assertKeys("experiment-codec", report);
        assertThat(JsonMapper.shared().readTree(Files.readString(out.resolve("codec.json"))))
                .isEqualTo(report);
        return report;
    }

    private static double psnr(JsonNode codec) {
        return codec.get("psnr").get("mean").asDouble();
    }

    @Test
    void whatCodecsKeepIsComparedWithSmallerPictures(@TempDir Path temp) throws Exception {
        Path out = temp.resolve("new/judged");
        JsonNode report = judged(out, " --codec patches:2 --codec default --clips 2 --frames 6");
        assertThat(report.get("clips").asInt()).isEqualTo(2);
        assertThat(report.get("frames").asInt()).isEqualTo(6);
        JsonNode codecs = report.get("codecs");
        assertThat(codecs.valueStream().map(codec -> codec.get("codec").asString()))
                .containsExactly("patches:2", "default", "pixels of 48x32, enlarged", "pixels of 24x16, enlarged");
        JsonNode patches = codecs.get(0);
        assertThat(psnr(patches)).as("nothing is lost").isEqualTo(100);
        assertThat(patches.get("sharpness").asDouble()).isEqualTo(1);
        assertThat(patches.get("numbers").asDouble()).isEqualTo(WIDTH * HEIGHT * 3);
        JsonNode own = codecs.get(1);
        assertThat(own.get("numbers").asDouble()).isEqualTo(16 * (WIDTH / 8) * (HEIGHT / 8) / 2.0);
        assertThat(own.get("psnrByFrame").size()).isEqualTo(6);
        assertThat(psnr(own))
                .as("it knows such pictures, though it has not seen these")
                .isGreaterThan(25);
        assertThat(own.get("encodingSeconds").asDouble()).isPositive();
        assertThat(own.get("correlationInTime").asDouble()).isBetween(0.2, 1.0);
        assertThat(own.get("correlationInSpace").asDouble()).isBetween(0.1, 1.0);
        assertThat(psnr(codecs.get(2))).isGreaterThan(psnr(codecs.get(3)));
        assertThat(ImageIO.read(out.resolve("codec.png").toFile()).getHeight()).isGreaterThan(2 * 5 * 128 * 2);
    }

    @Test
    void theCodecThatComesWithTheProgramIsJudgedUnasked(@TempDir Path temp) {
        Answer answer = Answer.typed(command(temp.resolve("judged"), " --clips 1 --frames 5"));
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.out())
                .containsPattern(" +numbers +correlation in time +in space +PSNR, dB +SSIM +sharpness +encoding, ms"
                        + " +decoding, ms\\Rdefault +768 +\\d\\.\\d\\d ")
                .contains("Of 1 clip of 5 frames, seen at 96x64 pixels.");
    }

    @Test
    void whatCannotBeJudgedIsOneSentence(@TempDir Path temp) {
        Path out = temp.resolve("judged");
        expectError(command(out, " --codec nowhere"), "there is no codec nowhere; a codec is 'default'");
        expectError(
                command(out, " --codec patches:7"),
                "the codec patches:7 takes pictures whose sides are multiples of 7; --size is 96x64");
        expectError(command(out, " --clips 0"), "--clips must lie between 1 and");
        expectError(command(out, " --frames 0"), "--frames must lie between 1 and");
        expectError(command(out, " --frames 1000 --clips 1000"), "of Java's memory, more than there is");
        expectError(command(out, "").replace("96x64", "8x8"), "make --size larger than 8x8");
        expectError(command(out, " --clips 1 --frames 1").replace("96x64", "4800x4800"), "must lie between 1 and 4096");
        expectError(command(out, "").replace("96x64", "96"), "--size must be the width and height in pixels");
        expectError(command(out, "").replace(video.toString(), "nothing.mp4"), "nothing.mp4");
        assertThat(out).doesNotExist();
    }
}
