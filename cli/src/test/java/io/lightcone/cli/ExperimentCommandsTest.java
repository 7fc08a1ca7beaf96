// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static io.lightcone.cli.Answer.type;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the commands of all experiments, on models as small as they can be. */
class ExperimentCommandsTest {
    private static Answer experiment(String name, Path out, String... more) {
        List<String> arguments = new ArrayList<>(List.of("experiment", name, "--out", out.toString()));
        List.of(
                        "model.width=16",
                        "model.depth=1",
                        "training.frames=6",
                        "training.batch=2",
                        "training.steps=2",
                        "training.linear=float32",
                        "training.reports.validationClips=2",
                        "sampling.steps=2",
                        "sampling.given=2",
                        "data.height=16",
                        "data.width=16",
                        "data.digitSize=8")
                .forEach(setting -> arguments.addAll(List.of("--set", setting)));
        arguments.addAll(List.of(more));
        return type(arguments.toArray(String[]::new));
    }

    @Test
    void levelsAreComparedInEveryOrderAndRunsThatHaveEndedAreKept(@TempDir Path temp) throws Exception {
        Answer answer = experiment("levels", temp, "--json");
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonKeys.assertKeys("experiment-levels", JsonMapper.shared().readTree(answer.out()));
        JsonNode rows = JsonMapper.shared().readTree(answer.out()).get("rows");
        assertThat(rows.size()).isEqualTo(20);
        for (JsonNode row : rows) {
            assertThat(row.get("levels").asString())
                    .isIn("independent", "fopp", "fopp-clean", "fopp-clean-warped", "synchronous");
            double psnr = row.get("psnr").get("mean").asDouble();
            double baseline = baseline(rows, row).get("psnr").get("mean").asDouble();
            assertThat(row.get("difference").get("mean").asDouble()).isCloseTo(psnr - baseline, Offset.offset(1e-9));
            assertThat(row.get("ssim").get("mean").asDouble()).isBetween(-1.0, 1.0);
            assertThat(row.get("late").get("brightness").get("mean").asDouble()).isPositive();
        }
        long written =
                Files.getLastModifiedTime(temp.resolve("fopp/metrics.jsonl")).toMillis();
        Answer again = experiment("levels", temp);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).contains("s = N = 2", "PSNR, dB", "repeating the last given frame");
        assertThat(again.err()).doesNotContain("Training msc-demo");
        assertThat(Files.getLastModifiedTime(temp.resolve("fopp/metrics.jsonl")).toMillis())
                .isEqualTo(written);
        Answer other = experiment("levels", temp, "--set", "model.depth=2");
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).contains("was made with other settings: model.depth is ");
    }

    /** Returns the row of independent levels, frame by frame, with the context of {@code row}. */
    private static JsonNode baseline(JsonNode rows, JsonNode row) {
        double context = row.get("context").asDouble();
        for (JsonNode other : rows) {
            if (other.get("levels").asString().equals("independent")
                    && other.get("order").asString().equals("s = N = 2")
                    && other.get("context").asDouble() == context) {
                return other;
            }
        }
        throw new AssertionError("no baseline at context " + context);
    }

    @Test
    void obedienceIsCounted(@TempDir Path temp) throws Exception {
        Answer answer = experiment("steering", temp, "--json");
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode counts = JsonMapper.shared().readTree(answer.out());
        JsonKeys.assertKeys("experiment-steering", counts);
        assertThat(counts.get("movingShare").asDouble()).isBetween(0.0, 1.0);
        assertThat(counts.get("counted").size()).isEqualTo(5);
        Answer again = experiment("steering", temp);
        assertThat(again.out()).contains("The centre of mass moves the way that is asked in");
    }

    @Test
    void modelsWithAnEncoderAreComparedAndRolledOut(@TempDir Path temp) throws Exception {
        String[] small = {"--set", "model.depth=6", "--set", "model.patch=8", "--set", "data.digitSize=10"};
        List<String> without = new ArrayList<>(List.of(small));
        without.addAll(List.of("--set", "model.encoder=0"));
        Answer answer = experiment("separable", temp, without.toArray(String[]::new));
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("leave model.encoder as it is");
        List<String> json = new ArrayList<>(List.of(small));
        json.add("--json");
        answer = experiment("separable", temp, json.toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode rows = JsonMapper.shared().readTree(answer.out()).get("rows");
        assertThat(rows.size()).isEqualTo(6);
        JsonKeys.assertKeys("experiment-separable", JsonMapper.shared().readTree(answer.out()));
        assertThat(rows.get(4).get("model").asString()).isEqualTo("scd-msc-tiny");

        List<String> rolled = new ArrayList<>(json);
        rolled.addAll(List.of("--model", "scd-msc-tiny", "--frames", "320", "--sampling", "sampling.memory.sinks=2"));
        answer = experiment("rollout", temp, rolled.toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err()).doesNotContain("Training scd-msc-tiny");
        JsonNode measured = JsonMapper.shared().readTree(answer.out());
        JsonKeys.assertKeys("experiment-rollout", measured);
        assertThat(measured.get("stations").size()).isEqualTo(2);
        assertThat(measured.get("stations").get(1).get("frame").asInt()).isEqualTo(320);
        assertThat(measured.get("stations").get(0).get("recognisable").asDouble())
                .isBetween(0.0, 1.0);
        assertThat(measured.get("truth").asDouble()).isGreaterThan(0.8);
        assertThat(measured.get("settledBytes").asLong()).isPositive();
        assertThat(measured.get("stations").get(1).get("residentBytes").asLong())
                .isPositive();
        assertThat(measured.get("growth").asDouble()).isFinite();
        assertThat(measured.get("slowdown").asDouble()).isPositive();

        Files.move(temp.resolve("dense-tiny"), temp.resolve("mine"));
        rolled.set(rolled.indexOf("scd-msc-tiny"), "mine");
        answer = experiment("rollout", temp, rolled.toArray(String[]::new));
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("mine has been trained already, so --minutes and --set change nothing");
        answer = type("experiment", "rollout", "--out", temp.toString(), "--model", "mine", "--frames", "300");
        assertThat(answer.code()).as(answer.err()).isZero();
        assertThat(answer.err())
                .doesNotContain("Training")
                .containsPattern("After 300 frames [0-9.]+ ± [0-9.]+ % are recognisable");
        assertThat(answer.out())
                .containsPattern("frame +recognisable +brightness +ms/frame +memory\\R100 .*\\R300 ")
                .containsPattern(
                        "In turns with videos that have 200 to 500 frames, a frame after the last takes [0-9.]+ times")
                .containsPattern("it had [0-9.]+ [MG]B after 200 frames, and [+-][0-9.]+ % at the end");

        answer = experiment("rollout", temp, "--model", "scd-large", "--set", "model.depth=6");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err())
                .contains("choose one of endless, dense-tiny, scd-tiny, scd-msc-tiny, or a run that is there");
        answer = experiment("rollout", temp, "--sampling", "model.depth=2");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("'model.depth=2' cannot be changed once a model is trained");
        answer = experiment("rollout", temp, "--frames", "10");
        assertThat(answer.err()).contains("--frames must lie between 300 and");
    }

    /** The endless model has an encoder, and is rolled out as its run says, which any other command then does too. */
    @Test
    void theEndlessModelIsTrainedAndRolledOut(@TempDir Path temp) throws Exception {
        String[] small = {"--set", "model.depth=2", "--set", "model.encoder=1", "--frames", "300", "--json"};
        List<String> arguments = new ArrayList<>(List.of(small));
        arguments.addAll(List.of("--set", "training.separable.resampling.after=0"));
        Answer answer = experiment("rollout", temp, arguments.toArray(String[]::new));
        assertThat(answer.code()).as(answer.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(answer.out());
        assertThat(measured.get("model").asString()).isEqualTo("endless");
        assertThat(measured.get("stations").size()).isEqualTo(2);
        assertThat(Files.readString(temp.resolve("endless/config.yaml")))
                .contains("encoder: 1", "pastLevel: 0.8", "share: 0.5", "generated: 0.3", "noise: true");

        String other = temp.resolve("other").toString();
        answer = type("experiment", "rollout", "--out", other, "--set", "model.encoder=0");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("leave model.encoder above 0");
        answer = type("experiment", "rollout", "--out", other, "--set", "data.kind=videos");
        assertThat(answer.code()).isEqualTo(2);
        assertThat(answer.err()).contains("leave data.kind moving-digits");
        assertThat(temp.resolve("other")).doesNotExist();
    }

    @Test
    void aNegativeNumberOfMinutesIsRefused(@TempDir Path temp) {
        for (String name : List.of("levels", "steering", "separable", "rollout")) {
            Answer answer = experiment(name, temp.resolve("x"), "--minutes", "-1");
            assertThat(answer.code()).isEqualTo(2);
            assertThat(answer.err()).contains("--minutes must be a number above 0, not -1");
        }
    }
}
