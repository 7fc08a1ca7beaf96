// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.expectError;
import static io.lightcone.cli.Answer.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.model.ModelConfig;
import io.lightcone.run.Models;
import io.lightcone.run.Presets;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what a user types and reads of the commands that look at a configuration: {@code cost} and {@code show}. */
class CostAndShowCommandsTest {
    private static final JsonMapper JSON = new JsonMapper();

    @Test
    void costIsPrintedInLinesThatFitForEveryPreset() {
        for (String preset : Presets.names()) {
            String out = ok("cost --preset " + preset);
            assertThat(out).contains("multiply-adds", "feed-forward", "memory of training", "cache", preset + " on ");
            assertThat(out.lines()).as(preset).allMatch(line -> line.length() <= 100);
            ModelConfig model = Presets.named(preset).model();
            boolean branches = model.branches().size() > 1;
            assertThat(out.contains("dense twin")).as(preset).isEqualTo(branches);
            // The paper's closed forms are of one transformer.
            assertThat(out.contains("as printed")).as(preset).isEqualTo(branches && !model.separable());
        }
    }

    @Test
    void costAsJsonIsWhole() {
        JsonNode cost = JSON.readTree(ok("cost --preset msc-tiny --json"));
        assertThat(cost.path("clip").path("tokens").asLong()).isEqualTo(16 * 8 * 8);
        for (String which : List.of("model", "dense")) {
            JsonNode model = cost.path(which);
            JsonNode total = model.path("total");
            String preset = which.equals("model") ? "msc-tiny" : "dense-tiny";
            assertThat(total.path("parameters").asLong()).isEqualTo(Models.parameters(Presets.named(preset)));
            for (String part : List.of("multiplyAdds", "bytes", "parameters")) {
                long sum = model.path("embedding").path(part).asLong()
                        + model.path("output").path(part).asLong();
                for (JsonNode layer : model.path("layers")) {
                    sum += layer.path("total").path(part).asLong();
                }
                assertThat(sum).isEqualTo(total.path(part).asLong());
            }
            assertThat(model.path("layers")).hasSize(6);
            assertThat(model.path("cache").path("cap").isNull()).isTrue();
            assertThat(model.path("training").path("weights").asLong())
                    .isEqualTo(4 * total.path("parameters").asLong());
        }
        assertThat(cost.path("model")
                        .path("paper")
                        .path("repaired")
                        .path("high")
                        .asLong())
                .isPositive();
        assertThat(cost.path("denseOverModel").path("attentionUseful").asDouble())
                .isGreaterThan(5);
    }

    @Test
    void costTellsLayersWithoutThePastAndClipsOfOtherLengths() {
        String every = "cost --set model.temporalEvery=3 --preset ";
        assertThat(ok(every + "dense-tiny"))
                .contains("of every 3 layers the last sees past frames", "layers 0-1, each", "layer 2", "dense twin");
        assertThat(ok(every + "scd-tiny")).contains("of every 3 layers of the encoder the last sees past frames");
        assertThat(ok(every + "scd-tiny").lines()).allMatch(line -> line.length() <= 100);
        expectError(
                "cost --preset scd-tiny --set model.temporalEvery=5",
                "temporalEvery must lie between 1 and 4, the number of layers of the encoder, for at least one of them"
                        + " has to see past frames, not 5");

        String lengths = "training.lengths=[{frames: 8, share: 3}, {frames: 48, share: 1}]";
        assertThat(Answer.type("cost", "--preset", "msc-tiny", "--set", lengths).out())
                .contains("memory of training, batch 4 of 48 frames");
        JsonNode mixed = JSON.readTree(Answer.type("cost", "--preset", "msc-tiny", "--json", "--set", lengths)
                .out());
        JsonNode plain = JSON.readTree(ok("cost --preset msc-tiny --json"));
        assertThat(mixed.path("trainingFrames").asInt()).isEqualTo(48);
        assertThat(plain.path("trainingFrames").asInt()).isEqualTo(16);
        assertThat(mixed.path("model").path("total"))
                .isEqualTo(plain.path("model").path("total"));
        assertThat(mixed.path("model").path("training").path("activations").asLong())
                .isGreaterThan(2
                        * plain.path("model")
                                .path("training")
                                .path("activations")
                                .asLong());
    }

    /** Of a model with an encoder each half is drawn as it is. */
    @Test
    void attentionOfAnEncoderIsDrawnByItsOwnLayers() {
        String show = "show attention --preset scd-tiny --set model.temporalEvery=2 --layer ";
        assertThat(ok(show + 0)).contains("own frame", "in 1 frame");
        assertThat(ok(show + 1)).contains("all frames", "in 16 frames");
        assertThat(ok(show + 4)).contains("in 2 frames");
    }

    @Test
    void costFollowsFramesSizeAndSettings() {
        JsonNode cost =
                JSON.readTree(ok("cost --preset msc-tiny --json --frames 4 --size 128x64 --set training.linear=bfloat16"
                        + " --set model.branches.1.frames=2"));
        assertThat(cost.path("clip").path("rows").asInt()).isEqualTo(8);
        assertThat(cost.path("clip").path("columns").asInt()).isEqualTo(16);
        assertThat(cost.path("clip").path("frames").asInt()).isEqualTo(4);
        assertThat(cost.path("linearBytes").asInt()).isEqualTo(2);
        assertThat(cost.path("model").path("cache").path("cap").isNull()).isFalse();
        assertThat(ok("cost --preset msc-tiny --set model.branches.1.frames=2"))
                .containsPattern("at most +[\\d.]+ MB +no limit");
    }

    /** Long clips are counted fast, beside the dense twin, in which every frame looks back to all before it. */
    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void longClipsAreCountedSoon() {
        long frames = 2000;
        JsonNode cost = JSON.readTree(ok("cost --preset msc-tiny --json --frames " + frames));
        assertThat(useful(cost.path("dense"))).isEqualTo(6 * 2 * 256 * frames * (frames + 1) / 2 * 64 * 64);
        JsonNode branches = cost.path("model").path("layers").get(0).path("branches");
        assertThat(useful(branches.get(0)))
                .as("4 frames but for the first 3")
                .isEqualTo(2 * 128 * (4 * frames - 6) * 64 * 25);
        long pairsOfFrames = 2 * (frames / 2) * (frames / 2 + 1) / 2;
        assertThat(useful(branches.get(1))).as("every other frame").isEqualTo(2 * 128 * pairsOfFrames * 16 * 16);
        JsonNode longest = JSON.readTree(ok("cost --preset msc-tiny --json --frames 10000"));
        assertThat(useful(longest.path("dense"))).isEqualTo(6 * 2 * 256 * 10_000L * 10_001 / 2 * 64 * 64);
    }

    private static long useful(JsonNode part) {
        return part.path("attention").path("multiplyAddsUseful").asLong();
    }

    @Test
    void costSaysWhatAutoCountsAs() {
        assertThat(ok("cost --preset msc-tiny")).contains("count as float32", "training.linear=auto");
        assertThat(ok("cost --preset msc-tiny --set training.linear=float32")).doesNotContain("count as float32");
    }

    @Test
    void sinksAndSharedWindowsAreShown() {
        String settings = " --set model.branches.0.spatialStride=5 --set model.branches.0.sinks=2";
        for (String command : List.of("cost --json", "show attention", "cost")) {
            assertThat(ok(command + settings)).contains("5x5 share a window", "and the first 2");
        }
    }

    @Test
    void costAndAttentionTakeAConfigurationFile(@TempDir Path temp) throws IOException {
        Path file = temp.resolve("own.yaml");
        Files.writeString(file, ok("presets msc-demo").replace("preset: msc-demo", "preset: own"));
        assertThat(ok("cost --config " + file)).startsWith("own on 12 frames of 32x32 pixels");
        assertThat(ok("show attention --config " + file)).startsWith("Layer 0 of 0 to 4");
    }

    @Test
    void badCostsAreOneSentence() {
        expectError("cost --preset msc-tinny", "did you mean msc-tiny?");
        expectError("cost --size 65x64", "65x64 pixels", "multiples of 8");
        expectError("cost --size 64", "--size must be the width and height in pixels, such as 128x96, not '64'");
        expectError("cost --size 0x64", "between 1 and 65536");
        expectError("cost --frames 0", "--frames must lie between 1 and 10000, not 0");
        expectError("cost --frames 10000 --size 65536x65536", "fewer frames or smaller ones");
        expectError("cost --set model.widht=8", "did you mean model.width?");
        expectError("cost --frames many", "--frames", "lightcone cost --help");
    }

    @Test
    void attentionIsDrawnInCharacters() {
        String out = ok("show attention --preset msc-tiny --query 3,7,0");
        assertThat(out.lines().toList())
                .containsSequence(
                        "Branch 0: 2 heads, 5x5 window, 4 frames",
                        "100 keys in 4 frames",
                        "0 (t-3)           1 (t-2)           2 (t-1)           3 (t)",
                        "................  ................  ................  ................")
                .contains("##########......  ##########......  ##########......  @@########......")
                .containsSequence("1 (t-2)           3 (t)", "################  ################")
                .endsWith("################  @@@@############", "################  @@@@############");
    }

    @Test
    void attentionTooLargeToShowIsScaledDownAndSaid() {
        String out = ok("show attention --preset msc-tiny --frames 20 --size 1024x512");
        assertThat(out).contains("each place stands for 4x4 tokens");
        assertThat(out.lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void attentionIsPrintedAsJson() {
        JsonNode view = JSON.readTree(ok("show attention --preset msc-tiny --layer 5 --query 4,3,2 --json"));
        assertThat(view.path("layer").asInt()).isEqualTo(5);
        JsonNode high = view.path("branches").get(0);
        assertThat(high.path("frames").get(0).toString())
                .isEqualTo("{\"frame\":1,\"rows\":[1,2,3,4,5],\"columns\":[0,1,2,3,4]}");
        JsonNode low = view.path("branches").get(1);
        assertThat(low.path("query").toString()).isEqualTo("{\"frame\":4,\"row\":1,\"column\":1}");
        List<Integer> frames = new ArrayList<>();
        low.path("frames").forEach(frame -> frames.add(frame.path("frame").asInt()));
        assertThat(frames).containsExactly(0, 2, 4);
        assertThat(low.path("keys").asInt()).isEqualTo(3 * 16);
    }

    @Test
    void attentionIsDrawnAsAPng(@TempDir Path temp) throws IOException {
        Path file = temp.resolve("figures/attention.png");
        Answer answer = Answer.typed("show attention --preset msc-tiny --out " + file);
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains("Wrote " + file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isBetween(1000, 2400);
        assertThat(colours(image, 0x2F6FDE)).as("seen in the high branch").isGreaterThan(1000);
        assertThat(colours(image, 0x12957D)).as("seen in the low branch").isGreaterThan(colours(image, 0x2F6FDE));
        assertThat(colours(image, 0xFFC93C)).as("the query").isPositive();

        Path tall = temp.resolve("tall.png");
        Answer.typed("show attention --preset msc-tiny --size 8x4096 --frames 60 --out " + tall);
        assertThat(ImageIO.read(tall.toFile()).getHeight()).isLessThan(3000);
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
    void badQueriesAreOneSentence(@TempDir Path temp) throws IOException {
        expectError("show attention --layer 6", "layer must lie between 0 and 5, since there are 6 layers, but is 6");
        expectError("show attention --layer -1", "layer must lie between 0 and 5");
        expectError("show attention --query 16,0,0", "frame must lie between 0 and 15");
        expectError("show attention --query 0,8,0", "row must lie between 0 and 7");
        expectError("show attention --query 0,0,8", "column must lie between 0 and 7");
        expectError("show attention --query 0,0", "such as 15,3,4, not '0,0'");
        expectError("show attention --out " + temp.resolve("x.jpg"), "must name a PNG");
        Path file = Files.writeString(temp.resolve("file"), "");
        expectError("show attention --out " + file.resolve("x.png"), "x.png cannot be written");
        expectError("show atention", "atention");
    }

    @Test
    void costAndShowHaveHelp() {
        assertThat(ok("cost --help")).startsWith("Usage: lightcone cost");
        assertThat(ok("show")).startsWith("Usage: lightcone show").contains("attention");
        assertThat(ok("show attention --help")).startsWith("Usage: lightcone show attention");
    }
}
