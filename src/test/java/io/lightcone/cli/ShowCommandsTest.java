// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.SamplingConfig.Order;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a user types and reads of {@code show levels} and {@code show plan}. */
class ShowCommandsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    private record Answer(int code, String out, String err) {}

    private static Answer type(String line) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream realOut = System.out;
        PrintStream realErr = System.err;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int code = Main.run(line.split(" ", -1));
            return new Answer(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(realOut);
            System.setErr(realErr);
        }
    }

    private static String ok(String line) {
        Answer answer = type(line);
        assertThat(answer.code()).as(answer.err()).isZero();
        return answer.out();
    }

    private static void expectError(String line, String... parts) {
        Answer answer = type(line);
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains(parts).doesNotContain("Exception");
        assertThat(answer.err().strip().lines()).as("one sentence").hasSize(1);
    }

    private static double[] numbers(JsonNode list) {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            assertThat(list.get(i).isNumber()).isTrue();
            numbers[i] = list.get(i).asDouble();
        }
        return numbers;
    }

    @Test
    void levelsAsJson() {
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
    void levelsOfEverySampler() {
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
    void whatWasNeverSampledIsNull() {
        JsonNode levels = JSON.readTree(ok("show levels --samples 1 --clean 0.999999 --frames 2 --json"));
        assertThat(levels.path("sampled").path("means").get(0).isNull()).isTrue();
        assertThat(levels.path("sampled").path("deviations").get(0).isNull()).isTrue();
        assertThat(levels.path("means").get(0).isNumber()).isTrue();
        assertThat(ok("show levels --samples 1 --clean 0.999999 --frames 2")).contains(" - ");
    }

    @Test
    void levelsInCharacters() {
        String out = ok("show levels");
        assertThat(out.lines().findFirst()).contains("FoPP, 1,000 time steps, 16 frames");
        assertThat(out).containsPattern("\\n0 +105\\.54 +1\\d\\d\\.\\d\\d +1").contains("|@=::....");
        assertThat(out.lines()).allMatch(line -> line.length() <= 100).hasSizeGreaterThan(18);
        assertThat(out.chars()).as("plain in a pipe").allMatch(c -> c < 128);
        assertThat(ok("show levels --frames 100 --timesteps 50 --samples 50 --clean 0.1"))
                .contains("...", "60 frames in the middle left out", "clean", "each frame clean with probability 0.1");
    }

    @Test
    @Timeout(30)
    void manyFramesAndTimeStepsAreSoonShown() {
        assertThat(ok("show levels --frames 512 --samples 1000")).contains("472 frames in the middle left out");
        assertThat(ok("show levels --frames 4 --timesteps 1000000 --samples 100"))
                .contains("1,000,000 time steps");
    }

    @Test
    void figuresAreDrawn(@TempDir Path temp) throws IOException {
        Path levels = temp.resolve("figures/levels.png");
        Answer answer = type("show levels --clean 0.2 --out " + levels);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains("Wrote " + levels);
        BufferedImage image = ImageIO.read(levels.toFile());
        assertThat(image.getWidth()).isBetween(1000, 2400);
        assertThat(colours(image, 0xD9722E)).as("the line of means").isGreaterThan(1000);

        Path plan = temp.resolve("plan.png");
        assertThat(JSON.readTree(ok("show plan --gap 2 --steps 6 --prefix 2 --json --out " + plan))
                        .path("calls")
                        .asInt())
                .isEqualTo(32);
        image = ImageIO.read(plan.toFile());
        assertThat(colours(image, 0x12957D)).as("given frames").isGreaterThan(2 * 32 * 100);
        assertThat(colours(image, 0x39424E)).as("frames not begun").isGreaterThan(10_000);
        assertThat(colours(image, 0xD3E2FB)).as("just finished").isGreaterThan(1_000);
    }

    @Test
    void largeFiguresStaySmall(@TempDir Path temp) throws IOException {
        Path file = temp.resolve("large.png");
        for (String large : new String[] {"levels --timesteps 100 --samples 100", "plan --gap 50"}) {
            ok("show " + large + " --frames 3000 --out " + file);
            BufferedImage image = ImageIO.read(file.toFile());
            assertThat(image.getWidth()).isBetween(1000, 2600);
            assertThat(image.getHeight()).isLessThan(2400);
        }
    }

    private static int colours(BufferedImage image, int colour) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                count += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void plansAsJson() {
        for (String line : new String[] {
            "ad --gap 3",
            "ad --gap 0",
            "ad --gap 3 --block 2",
            "synchronous",
            "frame-by-frame",
            "frame-by-frame --block 4"
        }) {
            JsonNode plan = JSON.readTree(
                    ok("show plan --frames 7 --prefix 2 --steps 5 --json --context-level 0.1 --plan " + line));
            int gap = plan.path("gap").asInt();
            int block = plan.path("block").asInt();
            assertThat(line).startsWith(plan.path("plan").asString());
            assertThat(plan.path("rows"))
                    .hasSize(5 + gap * (4 / block))
                    .hasSize(plan.path("calls").asInt());
            for (JsonNode row : plan.path("rows")) {
                int r = row.path("row").asInt();
                for (int f = 0; f < 7; f++) {
                    int after = done(r, f, gap, block);
                    int before = done(r - 1, f, gap, block);
                    assertThat(row.path("done").get(f).asInt()).isEqualTo(after);
                    double shown = before == 5 ? 0.1 : 1 - before / 5.0;
                    assertThat(row.path("shown").get(f).asDouble()).isCloseTo(shown, EXACT);
                }
            }
        }
    }

    /** The closed form, with 2 given frames and 5 steps. */
    private static int done(int row, int frame, int gap, int block) {
        return frame < 2 ? 5 : Math.max(0, Math.min(5, row - gap * ((frame - 2) / block)));
    }

    @Test
    void plansInCharacters() {
        assertThat(ok("show plan --frames 4 --steps 3 --gap 2 --prefix 1").lines())
                .containsExactly(
                        "AD: 4 frames, the first 1 given, 3 steps each, gap 2",
                        "7 calls of the network, at most 2 frames in work at once",
                        "number: updates done, of a frame in work   . not begun   # finished   = given",
                        "",
                        "call 0 1 2 3",
                        "   1 = 1 . .",
                        "   2 = 2 . .",
                        "   3 = 3 1 .",
                        "   4 = # 2 .",
                        "   5 = # 3 1",
                        "   6 = # # 2",
                        "   7 = # # 3");
        String large = ok("show plan --frames 100 --plan frame-by-frame");
        assertThat(large).contains("4,960 calls and 70 frames in the middle left out; --json and --out have all.");
        assertThat(large.lines()).allMatch(line -> line.length() <= 100).hasSize(5 + 41 + 2);
    }

    @Test
    void plansInColour() {
        StringWriter out = new StringWriter();
        new PlanText(new PlanView(Order.AD, DenoisingPlan.ad(2, 0, 2, 2), 0), new Screen(80, true, true))
                .print(new PrintWriter(out, true));
        assertThat(out.toString())
                .contains("   1\u001b[48;5;", "m 1\u001b[0m", "m \u00b7\u001b[0m", "m \u2713\u001b[0m");
    }

    @Test
    void badLevelsAreOneSentence(@TempDir Path temp) throws IOException {
        expectError(
                "show levels --sampler fop", "--sampler must be independent, synchronous, fopp or monotone", "'fop'");
        expectError("show levels --distribution uniform", "--sampler independent or synchronous", "fopp levels");
        expectError("show levels --sampler independent --distribution even", "must be uniform or logit-normal");
        expectError("show levels --sampler independent --mean 1", "--mean goes with --distribution logit-normal");
        expectError(
                "show levels --sampler independent --distribution logit-normal --mean NaN", "mean must be a number");
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
    void badPlansAreOneSentence() {
        expectError("show plan", "--plan ad needs a --gap between 0 and the 50 steps");
        expectError("show plan --plan pyramid", "--plan must be synchronous, frame-by-frame or ad, not 'pyramid'");
        expectError("show plan --gap 51", "--gap must lie between 0 and 50, not 51");
        expectError("show plan --gap -1", "--gap must lie between 0 and 50, not -1");
        expectError("show plan --plan synchronous --gap 1", "--plan synchronous has a gap of its own", "0 and 50");
        expectError("show plan --plan frame-by-frame --gap 1", "--plan frame-by-frame has a gap of its own");
        expectError("show plan --plan synchronous --block 2", "takes no --block");
        expectError("show plan --gap 1 --block 0", "--block must lie between 1 and 10000, not 0");
        expectError("show plan --gap 1 --prefix 16", "--prefix must lie between 0 and 15, not 16");
        expectError("show plan --gap 1 --frames 0", "--frames must lie between 1 and 10000, not 0");
        expectError("show plan --gap 1 --steps 0", "--steps must lie between 1 and 10000, not 0");
        expectError("show plan --gap 1 --context-level 1.5", "--context-level must lie between 0 and 1, not 1.5");
        expectError("show plan --gap 1 --window 0", "--window must be at least 1, not 0");
        expectError("show plan --gap 3 --frames 32 --window 16", "choose a gap between 4 and 50");
        assertThat(ok("show plan --gap 4 --frames 32 --window 16")).contains("at most 13 frames in work");
        expectError("show plan --gap 50 --frames 10000 --json", "too many for JSON", "smaller gap");
        expectError("show plan --gap 1 --out plan.gif", "--out must name a PNG, such as plan.png");
    }

    @Test
    void helpIsThere() {
        assertThat(ok("show")).contains("attention", "levels", "plan");
        assertThat(ok("show levels --help")).startsWith("Usage: lightcone show levels");
        assertThat(ok("show plan --help")).startsWith("Usage: lightcone show plan");
    }
}
