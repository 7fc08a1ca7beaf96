// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.colours;
import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.ok;
import static io.lightcone.cli.Answer.typed;
import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what a user types and reads of {@code show levels}. */
class ShowLevelsCommandTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    private static double[] numbers(JsonNode list) {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            assertThat(list.get(i).isNumber()).isTrue();
            numbers[i] = list.get(i).asDouble();
        }
        return numbers;
    }

    @Test
    void levelsArePrintedAsJson() {
        JsonNode levels = JSON.readTree(ok("show levels --sampler fopp --frames 3 --timesteps 3 --seed 4 --json"));
        assertThat(levels.path("sampler").asString()).isEqualTo("fopp");
        assertThat(levels.path("frames").asInt()).isEqualTo(3);
        assertThat(levels.path("timesteps").asInt()).isEqualTo(3);
        JsonNode marginals = levels.path("marginals");
        assertThat(numbers(marginals.get(0))).containsExactly(new double[] {5 / 9.0, 5 / 18.0, 1 / 6.0}, EXACT);
        assertThat(numbers(marginals.get(1))).containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, EXACT);
        assertThat(numbers(marginals.get(2))).containsExactly(new double[] {1 / 6.0, 5 / 18.0, 5 / 9.0}, EXACT);
        assertThat(numbers(levels.path("means"))).containsExactly(new double[] {11 / 18.0, 1, 25 / 18.0}, EXACT);
        assertThat(numbers(levels.path("deviations"))[1]).isCloseTo(Math.sqrt(2 / 3.0), EXACT);
        assertThat(numbers(levels.path("clean"))).containsExactly(0, 0, 0);
        JsonNode sampled = levels.path("sampled");
        assertThat(sampled.path("count").asInt()).isEqualTo(10_000);
        for (int f = 0; f < 3; f++) {
            assertThat(numbers(sampled.path("marginals").get(f)))
                    .containsExactly(numbers(marginals.get(f)), Offset.offset(0.025));
        }
        assertThat(numbers(sampled.path("means"))).containsExactly(numbers(levels.path("means")), Offset.offset(0.04));
        assertThat(numbers(sampled.path("deviations")))
                .containsExactly(numbers(levels.path("deviations")), Offset.offset(0.04));
        assertThat(numbers(sampled.path("clean"))).containsExactly(0, 0, 0);
    }

    @Test
    void levelsOfEverySamplerAreShown() {
        JsonNode monotone = JSON.readTree(ok("show levels --sampler monotone --samples 100 --json"));
        assertThat(monotone.path("means").get(0).asDouble()).isCloseTo(58.8, Offset.offset(0.05));
        assertThat(monotone.path("means").get(15).asDouble()).isCloseTo(940.2, Offset.offset(0.05));
        JsonNode uniform = JSON.readTree(ok("show levels --sampler independent --frames 2 --timesteps 4 --clean 0.2"
                + " --clean-frames first --json --samples 100"));
        assertThat(numbers(uniform.path("marginals").get(0))).containsExactly(new double[] {.2, .2, .2, .2}, EXACT);
        assertThat(numbers(uniform.path("marginals").get(1))).containsExactly(new double[] {.25, .25, .25, .25}, EXACT);
        assertThat(numbers(uniform.path("clean"))).containsExactly(0.2, 0);
        JsonNode logit = JSON.readTree(ok("show levels --sampler synchronous --distribution logit-normal --mean 0.5"
                + " --frames 2 --timesteps 2 --samples 100 --json"));
        assertThat(logit.path("distribution").asString()).isEqualTo("logit-normal");
        assertThat(logit.path("mean").asDouble()).isEqualTo(0.5);
        assertThat(logit.path("marginals").get(1).get(1).asDouble()).isCloseTo(0.691462461274013, EXACT);
        assertThat(logit.path("sampled").path("means").get(0))
                .isEqualTo(logit.path("sampled").path("means").get(1));
    }

    @Test
    void meansOfLevelsThatWereNeverSampledAreNull() {
        JsonNode levels = JSON.readTree(ok("show levels --samples 1 --clean 0.999999 --frames 2 --json"));
        assertThat(levels.path("sampled").path("means").get(0).isNull()).isTrue();
        assertThat(levels.path("sampled").path("deviations").get(0).isNull()).isTrue();
        assertThat(levels.path("means").get(0).isNumber()).isTrue();
        assertThat(ok("show levels --samples 1 --clean 0.999999 --frames 2")).contains(" - ");
    }

    @Test
    void levelsAreDrawnInCharacters() {
        String out = ok("show levels");
        assertThat(out.lines().findFirst()).contains("FoPP, 1,000 time steps, 16 frames");
        assertThat(out).containsPattern("\\n0 +105\\.54 +1\\d\\d\\.\\d\\d +1").contains("|@=::....");
        assertThat(out.lines()).allMatch(line -> line.length() <= 100).hasSizeGreaterThan(18);
        assertThat(out.chars()).as("plain in a pipe").allMatch(c -> c < 128);
        assertThat(ok("show levels --frames 100 --timesteps 50 --samples 50 --clean 0.1"))
                .contains("...", "60 frames in the middle left out", "clean", "each frame clean with probability 0.1");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void manyFramesAndTimeStepsAreSoonShown() {
        assertThat(ok("show levels --frames 512 --samples 1000")).contains("472 frames in the middle left out");
        assertThat(ok("show levels --frames 4 --timesteps 1000000 --samples 100"))
                .contains("1,000,000 time steps");
    }

    @Test
    void levelsAreDrawn(@TempDir Path temp) throws IOException {
        Path file = temp.resolve("figures/levels.png");
        Answer answer = typed("show levels --clean 0.2 --out " + file);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains("Wrote " + file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isBetween(1000, 2400);
        assertThat(colours(image, 0xD9722E)).as("the line of means").isGreaterThan(1000);
        ok("show levels --timesteps 100 --samples 100 --frames 3000 --out " + file);
        image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isBetween(1000, 2600);
        assertThat(image.getHeight()).isLessThan(2400);
    }

    @Test
    void badLevelsAreOneSentence(@TempDir Path temp) throws IOException {
        expectError(
                "show levels --sampler fop", "--sampler must be fopp, monotone, independent or synchronous", "'fop'");
        assertThat(ok("show levels --distribution logit-normal --mean 0.5 --timesteps 20 --frames 3"))
                .contains("FoPP, warped to logit-normal with mean 0.5, 20 time steps");
        assertThat(ok("show levels --distribution logit_normal --timesteps 20 --frames 3")) // as configurations say
                .contains("FoPP, warped to logit-normal with mean 0.0, 20 time steps");
        expectError("show levels --sampler independent --distribution even", "must be uniform or logit-normal");
        expectError("show levels --sampler independent --mean 1", "--mean goes with --distribution logit-normal");
        expectError(
                "show levels --sampler independent --distribution logit-normal --mean NaN",
                "mean must lie between -10 and 10, not NaN");
        expectError("show levels --clean 1", "--clean must be a probability from 0 to below 1, not 1.0");
        expectError("show levels --clean -0.1", "from 0 to below 1");
        expectError("show levels --clean-frames any", "--clean above 0");
        expectError("show levels --clean 0.1 --clean-frames last", "any or first");
        expectError("show levels --frames 0", "--frames must lie between 1 and 10000, not 0");
        expectError("show levels --timesteps 0", "--timesteps must lie between 1 and 1000000, not 0");
        expectError("show levels --samples 0", "--samples must lie between 1 and 1000000, not 0");
        expectError("show levels --frames 10000", "--timesteps must lie between 1 and 400, not 1000");
        expectError("show levels --frames 1000 --samples 1000000", "--samples must lie between 1 and 100000");
        expectError("show levels --frames many", "--frames", "lightcone show levels --help");
        expectError("show levels --out levels.pdf", "--out must name a PNG, such as levels.png");
        Path file = Files.writeString(temp.resolve("file"), "");
        expectError("show levels --samples 10 --out " + file.resolve("x.png"), "x.png cannot be written");
    }

    @Test
    void levelsHaveHelp() {
        assertThat(ok("show")).contains("attention", "levels", "plan");
        assertThat(ok("show levels --help")).startsWith("Usage: lightcone show levels");
    }
}
