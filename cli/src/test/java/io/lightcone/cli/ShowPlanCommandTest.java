// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.colours;
import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.SamplingConfig.DenoisingOrder;
import io.lightcone.report.PlanText;
import io.lightcone.report.PlanView;
import io.lightcone.report.Screen;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what a user types and reads of {@code show plan}. */
class ShowPlanCommandTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    @Test
    void plansArePrintedAsJson() {
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

    /** Returns the updates done by the closed form, with 2 given frames and 5 steps. */
    private static int done(int row, int frame, int gap, int block) {
        return frame < 2 ? 5 : Math.max(0, Math.min(5, row - gap * ((frame - 2) / block)));
    }

    @Test
    void plansAreDrawnInCharacters() {
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
    void plansAreDrawnInColour() {
        StringWriter out = new StringWriter();
        new PlanText(new PlanView(DenoisingOrder.AD, DenoisingPlan.ad(2, 0, 2, 2), 0), new Screen(80, true, true), "")
                .print(new PrintWriter(out, true));
        assertThat(out.toString())
                .contains("   1\u001b[48;5;", "m 1\u001b[0m", "m \u00b7\u001b[0m", "m \u2713\u001b[0m");
    }

    @Test
    void plansAreDrawn(@TempDir Path temp) throws IOException {
        Path file = temp.resolve("plan.png");
        String line = "show plan --gap 2 --steps 6 --prefix 2 --json --out " + file;
        assertThat(JSON.readTree(ok(line)).path("calls").asInt()).isEqualTo(32);
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(colours(image, 0x12957D)).as("given frames").isGreaterThan(2 * 32 * 100);
        assertThat(colours(image, 0x39424E)).as("frames not begun").isGreaterThan(10_000);
        assertThat(colours(image, 0xD3E2FB)).as("just finished").isGreaterThan(1_000);
        ok("show plan --gap 50 --frames 3000 --out " + file);
        image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isBetween(1000, 2600);
        assertThat(image.getHeight()).isLessThan(2400);
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
        expectError("show plan --gap 1 --context-level 1.5", "--context-level must lie in [0, 1), not 1.5");
        expectError("show plan --gap 1 --window 0", "--window must be at least 1, not 0");
        expectError("show plan --gap 3 --frames 32 --window 16", "choose a gap between 4 and 50");
        assertThat(ok("show plan --gap 4 --frames 32 --window 16")).contains("at most 13 frames in work");
        expectError("show plan --gap 50 --frames 10000 --json", "too many for JSON", "smaller gap");
        expectError("show plan --gap 1 --out plan.gif", "--out must name a PNG, such as plan.png");
    }

    @Test
    void plansHaveHelp() {
        assertThat(ok("show plan --help")).startsWith("Usage: lightcone show plan");
    }
}
