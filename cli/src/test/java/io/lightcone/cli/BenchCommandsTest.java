// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.benchmark.Workload;
import io.lightcone.config.ConfigReader;
import io.lightcone.model.ModelConfig;
import io.lightcone.model.ModelCost;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Libtorch;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests what a user types and reads of {@code bench}, on small models, and never what the times are. */
class BenchCommandsTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final List<String> SMALL = List.of("model.width=32", "training.batch=2");
    private static final Offset<Double> EXACT = Offset.offset(1e-9);

    @BeforeAll
    static void likeTheProgram() {
        Libtorch.start(0);
    }

    /** Types a line, after Ctrl-C if {@code stopped}. */
    private static Answer type(String line, boolean stopped) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Console console = new Console(new PrintWriter(err, true), false);
        try (Interrupts interrupts = new Interrupts(() -> {})) {
            if (stopped) {
                Thread ctrlC = new Thread(interrupts::interrupt);
                ctrlC.setDaemon(true);
                ctrlC.start();
                while (!interrupts.happened()) {
                    Thread.onSpinWait();
                }
            }
            List<String> arguments = List.of(line.split(" ", -1));
            Session session = new Session(new PrintWriter(out, true), console, interrupts, arguments);
            int code = Main.execute(Main.commandLine(session), session);
            return new Answer(code, out.toString(), err.toString());
        }
    }

    private static String ok(String line) {
        Answer answer = type(line, false);
        assertThat(answer.code()).as(answer.err()).isZero();
        return answer.out();
    }

    private static void expectError(String line, String... parts) {
        Answer answer = type(line, false);
        assertThat(answer.code()).as(answer.err()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains(parts).doesNotContain("Exception");
        assertThat(answer.err().strip().lines()).as("one sentence").hasSize(1);
    }

    private static String small(String what, String... more) {
        List<String> words =
                new ArrayList<>(List.of("bench", what, "--frames", "5", "--size", "16x12", "--device", "cpu"));
        SMALL.forEach(setting -> words.addAll(List.of("--set", setting)));
        words.addAll(List.of(more));
        return String.join(" ", words);
    }

    private static ModelCost cost(boolean dense) {
        ModelConfig model = ConfigReader.read(RunConfig.class, Workload.standard(), null, SMALL)
                .model();
        return ModelCost.of(dense ? model.dense() : model, 5, 12, 16, ModelCost.FLOAT32);
    }

    private static JsonNode line(JsonNode group, String name) {
        for (JsonNode line : group.path("lines")) {
            if (line.path("name").asString().equals(name)) {
                return line;
            }
        }
        throw new AssertionError("no line " + name + " in " + group);
    }

    private static void assertTimed(JsonNode line) {
        JsonNode time = line.path("milliseconds");
        assertThat(time.path("least").asDouble()).isPositive();
        assertThat(time.path("median").asDouble())
                .isBetween(time.path("least").asDouble(), time.path("most").asDouble());
        assertThat(line.path("gigaflops").asDouble())
                .isCloseTo(
                        2e-6
                                * line.path("multiplyAddsDone").asDouble()
                                / time.path("median").asDouble(),
                        EXACT);
        assertThat(line.path("share").asDouble())
                .isCloseTo(
                        line.path("gigaflops").asDouble() / line.path("ceiling").asDouble(), EXACT);
    }

    private static void assertFaster(JsonNode line, String baseline, JsonNode other, long otherCost) {
        JsonNode ratio = line.path("faster").path(baseline);
        assertThat(ratio.path("measured").asDouble())
                .isCloseTo(
                        other.path("milliseconds").path("median").asDouble()
                                / line.path("milliseconds").path("median").asDouble(),
                        EXACT);
        assertThat(ratio.path("ideal").asDouble())
                .isCloseTo((double) otherCost / line.path("multiplyAddsUseful").asLong(), EXACT);
    }

    @Test
    void attentionIsMeasuredBranchByBranch() {
        JsonNode bench = JSON.readTree(ok(small("attention", "--rounds", "2", "--json")));
        JsonKeys.assertKeys("bench-attention", bench);
        assertThat(bench.path("rounds").asInt()).isEqualTo(2);
        assertThat(bench.path("clip").path("rows").asInt()).isEqualTo(6);
        assertThat(bench.path("results")).hasSize(2);
        long tokens = 5 * 6 * 8;
        for (int b = 0; b < 2; b++) {
            JsonNode result = bench.path("results").get(b);
            assertThat(result.path("ceilings")).hasSize(3).allSatisfy(BenchCommandsTest::assertTimed);
            assertThat(result.path("groups")).hasSize(2);
            long useful = cost(false).layers().get(0).branches().get(b).attentionUseful();
            long dense = cost(true).layers().get(0).attentionUseful() / 2; // half of the heads
            long cells = b == 0 ? tokens : tokens / 4;
            for (int backward = 0; backward < 2; backward++) {
                JsonNode group = result.path("groups").get(backward);
                assertThat(group.path("lines")).hasSize(3).allSatisfy(BenchCommandsTest::assertTimed);
                long times = backward == 0 ? 1 : 3;
                JsonNode tiles = line(group, "tiles");
                assertThat(tiles.path("multiplyAddsUseful").asLong()).isEqualTo(times * useful);
                JsonNode masked = line(group, "one masked call");
                assertThat(masked.path("multiplyAddsDone").asLong()).isEqualTo(times * 2 * 16 * cells * cells);
                assertFaster(tiles, "masked", masked, times * 2 * 16 * cells * cells);
                assertFaster(tiles, "dense", line(group, "dense, by tiles"), times * dense);
            }
        }
    }

    @Test
    void aLayerIsMeasuredAgainstTheBestDenseOne() {
        JsonNode bench = JSON.readTree(ok(small("layer", "--rounds", "1", "--layer", "1", "--json")));
        JsonKeys.assertKeys("bench-layer", bench);
        JsonNode group = bench.path("results").get(0).path("groups").get(0);
        assertThat(group.path("name").asString()).startsWith("attention of layer 1 with projections, float32");
        assertThat(bench.path("dense").path("best").asString()).isNotEmpty();
        assertThat(bench.path("dense").path("tried")).hasSize(6);
        JsonNode own = line(group, "this layer");
        JsonNode dense = line(group, "dense, best way");
        assertTimed(own);
        assertTimed(dense);
        long useful = 3
                * (cost(false).layers().get(1).projections().multiplyAdds()
                        + cost(false).layers().get(1).attentionUseful());
        long denseUseful = 3
                * (cost(true).layers().get(1).projections().multiplyAdds()
                        + cost(true).layers().get(1).attentionUseful());
        assertThat(own.path("multiplyAddsUseful").asLong()).isEqualTo(useful);
        assertThat(dense.path("multiplyAddsUseful").asLong()).isEqualTo(denseUseful);
        assertThat(dense.path("multiplyAddsDone").asLong()).isGreaterThanOrEqualTo(denseUseful);
        assertFaster(own, "dense", dense, denseUseful);
    }

    @Test
    void autoIsResolvedBeforeItIsMeasured() {
        JsonNode bench = JSON.readTree(ok(small("layer", "--rounds", "1", "--set", "training.linear=auto", "--json")));
        JsonNode group = bench.path("results").get(0).path("groups").get(0);
        assertThat(line(group, "this layer").path("numbers").asString()).isIn("float32", "bfloat16");
    }

    @Test
    void aStepIsMeasuredInBothTypesAndLossesAreCompared() {
        JsonNode bench = JSON.readTree(ok(small("step", "--rounds", "1", "--losses", "3", "--threads", "2", "--json")));
        JsonKeys.assertKeys("bench-step", bench);
        JsonNode groups = bench.path("results").get(0).path("groups");
        assertThat(groups).hasSize(2);
        for (JsonNode group : groups) {
            JsonNode own = line(group, "this model");
            assertTimed(own);
            long useful = 2 * 3 * cost(false).total().multiplyAdds();
            assertThat(own.path("multiplyAddsUseful").asLong()).isEqualTo(useful);
            long denseUseful = 2 * 3 * cost(true).total().multiplyAdds();
            assertFaster(own, "dense", line(group, "dense twin"), denseUseful);
        }
        assertThat(line(groups.get(1), "this model").path("numbers").asString()).isEqualTo("bfloat16");
        for (String precision : List.of("float32", "bfloat16")) {
            JsonNode search = bench.path("dense").path(precision);
            assertThat(search.path("best").asString()).isNotEmpty();
            assertThat(search.path("tried")).hasSize(6);
        }
        JsonNode losses = bench.path("losses");
        assertThat(losses.path("float32")).hasSize(3);
        assertThat(losses.path("bfloat16")).hasSize(3);
        assertThat(losses.path("reference")).hasSize(3);
        assertThat(losses.path("largestRelative").asDouble()).isBetween(0.0, 0.05);
        assertThat(losses.path("largestAbsolute").asDouble()).isBetween(0.0, 1e-3);
    }

    @Test
    void aStreamIsMeasuredEarlyAndLate() {
        JsonNode bench = JSON.readTree(ok("bench stream --until 12 --frames 5 --size 32x32 --set model.width=16"
                + " --set model.depth=2 --json --device cpu --calls 2"));
        JsonKeys.assertKeys("bench-stream", bench);
        assertThat(bench.path("variants")).hasSize(4).allSatisfy(variant -> {
            for (String when : List.of("early", "late")) {
                JsonNode snapshot = variant.path(when);
                assertThat(snapshot.path("frame").asInt()).isEqualTo(when.equals("early") ? 3 : 12);
                assertThat(snapshot.path("cacheBytes").asLong())
                        .as(variant.path("name").asString())
                        .isPositive()
                        .isEqualTo(snapshot.path("cacheBytesPredicted").asLong());
                assertThat(snapshot.path("residentBytes").asLong()).isPositive();
                double ceiling = snapshot.path("ceiling").asDouble();
                assertThat(ceiling).isPositive();
                double milliseconds =
                        snapshot.path("milliseconds").path("median").asDouble();
                assertThat(snapshot.path("framesPerSecond").asDouble()).isCloseTo(1e3 / milliseconds, EXACT);
                assertThat(snapshot.path("ceilingShare").asDouble())
                        .isCloseTo(2e-6 * snapshot.path("multiplyAdds").asLong() / milliseconds / ceiling, EXACT);
            }
            assertThat(variant.path("parts").findValuesAsString("name")).contains("attending", "feed-forward", "other");
        });
        assertThat(bench.has("rounds")).as("frames follow each other").isFalse();
        assertThat(bench.path("linear").asString()).isIn("float32", "bfloat16");
        assertThat(bench.path("variants").get(0).path("name").asString()).isEqualTo("anchored, limited");
        JsonNode dilated = bench.path("variants").get(3);
        assertThat(dilated.path("name").asString()).isEqualTo("dilated");
        // Two layers, a key and a value of eight float32 precision for each of four cells.
        assertThat(dilated.path("cacheBytesPerFrame").asDouble())
                .isEqualTo(2 * 2 * 8 * 4 * 4)
                .isEqualTo(dilated.path("cacheBytesPerFramePredicted").asDouble());
    }

    @Test
    void aStreamWithAnEncoderIsMeasured() {
        JsonNode bench = JSON.readTree(ok("bench stream --preset scd-msc-tiny --until 12 --frames 5 --size 32x32"
                + " --set model.width=16 --set model.depth=3 --set model.encoder=2 --json --device cpu"));
        assertThat(bench.path("variants"))
                .hasSize(4)
                .allSatisfy(variant -> assertThat(
                                variant.path("late").path("cacheBytes").asLong())
                        .isPositive()
                        .isEqualTo(
                                variant.path("late").path("cacheBytesPredicted").asLong()));
    }

    @Test
    void systemsAreTimedInTurns() {
        String line = "bench stream --systems dense,msc,scd,scd-msc --frames 4 --calls 3 --rounds 2 --size 32x32"
                + " --set model.width=16 --set model.depth=3 --device cpu";
        JsonNode bench = JSON.readTree(ok(line + " --json"));
        JsonKeys.assertKeys("bench-systems", bench);
        assertThat(bench.path("systems")).hasSize(4);
        List<String> names = new ArrayList<>();
        for (JsonNode system : bench.path("systems")) {
            names.add(system.path("name").asString() + " "
                    + system.path("encoder").asInt());
            assertThat(system.path("milliseconds").path("median").asDouble()).isPositive();
            assertThat(system.path("firstFrameMilliseconds").asDouble()).isPositive();
            assertThat(system.path("cacheBytes").asLong()).isPositive();
            assertThat(system.path("weightBytes").asLong())
                    .isGreaterThanOrEqualTo(4 * system.path("parameters").asLong());
            double work = 2e-6 * system.path("multiplyAdds").asLong();
            assertThat(system.path("ceilingShare").asDouble())
                    .isCloseTo(
                            work
                                    / system.path("milliseconds").path("median").asDouble()
                                    / system.path("ceilingGigaflops").asDouble(),
                            Offset.offset(1e-9));
            List<String> parts = new ArrayList<>();
            system.path("parts").forEach(part -> parts.add(part.path("name").asString()));
            assertThat(parts).contains("attending", "feed-forward").endsWith("other");
        }
        assertThat(names).containsExactly("dense 0", "msc 0", "scd 2", "scd-msc 2");
        assertThat(bench.path("systems").get(0).path("speedup").asDouble()).isEqualTo(1);
        assertThat(ok(line))
                .contains("Frames of 3 calls each, looking back 3 frames", "2 + 1", "first, ms", "fps", "share")
                .containsPattern("Where a frame's time goes, ms +dense +msc +scd +scd-msc\n")
                .containsPattern("\n  attending +\\d")
                .containsPattern("\n  other +\\d.*\n  in all +\\d");
        expectError("bench stream --systems dense,tree", "tree");
        expectError("bench stream --systems dense --calls 0", "--calls must be at least 1, not 0");
        expectError("bench stream --systems dense --frames 1", "--frames must be at least 2");
        expectError("bench stream --preset dense-tiny --systems dense,msc", "system msc needs a multi-scale preset");
        expectError("bench stream --systems scd --set model.depth=1", "need 2 layers at least, not 1");
    }

    /** What is tested is that all rates were measured, and that shares are those of the rates. */
    @Test
    void ratesAreMeasuredBesideBusyProcesses() {
        JsonNode bench = JSON.readTree(ok(
                small("neighbour", "--rounds", "1", "--seconds", "0.02", "--threads", "2", "--set", "training.batch=2")
                        + " --json"));
        JsonKeys.assertKeys("bench-neighbour", bench);
        JsonNode contestants = bench.path("contestants");
        assertThat(contestants)
                .extracting(each -> each.path("name").asString())
                .containsExactly("training by 2 workers", "training by one worker", "generation, 4 updates a frame");
        for (JsonNode contestant : contestants) {
            JsonNode beside = contestant.path("beside");
            assertThat(beside).hasSize(3);
            double quiet = beside.get(0).path("perSecond").path("median").asDouble();
            for (int processes = 0; processes < 3; processes++) {
                double rate =
                        beside.get(processes).path("perSecond").path("median").asDouble();
                assertThat(beside.get(processes).path("processes").asInt()).isEqualTo(processes);
                assertThat(rate).isPositive();
                assertThat(beside.get(processes).path("share").asDouble()).isCloseTo(rate / quiet, EXACT);
            }
        }
    }

    /** What is tested is that it was measured as asked for; how much memory so small a model takes is chance. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsMeasuredBesideWhatCostPredicts() {
        String line =
                small("memory", "--preset", "msc-demo", "--steps", "1", "--threads", "2", "--set", "training.batch=4")
                        + " --set training.accumulate=2 --set training.recompute=true";
        JsonNode bench = JSON.readTree(ok(line + " --json"));
        JsonKeys.assertKeys("bench-memory", bench);
        assertThat(bench.path("workers").asInt()).isEqualTo(2);
        assertThat(bench.path("accumulate").asInt()).isEqualTo(2);
        assertThat(bench.path("recompute").asBoolean()).isTrue();
        long predicted = bench.path("predicted").path("totalBytes").asLong();
        long measured = bench.path("measuredBytes").asLong();
        assertThat(measured).isPositive();
        assertThat(bench.path("predictedOverMeasured").asDouble()).isCloseTo((double) predicted / measured, EXACT);
        assertThat(ok(line))
                .contains("4 clips a step", "workers: 2, parts: 2, layers recomputed", "predicted", "measured")
                .satisfies(out -> assertThat(out.lines()).allMatch(each -> each.length() <= 100));
    }

    @Test
    void tablesFitAndSayWhatIsMeasured() {
        for (String line : List.of(
                small("attention", "--rounds", "1"),
                small("layer", "--rounds", "1"),
                small("step", "--rounds", "1", "--losses", "2"),
                "bench stream --until 8 --size 32x32 --set model.width=16 --set model.depth=1 --device cpu",
                small("neighbour", "--rounds", "1", "--seconds", "0.02"))) {
            String out = ok(line);
            boolean speeds = !line.contains("neighbour");
            assertThat(out)
                    .contains("tokens of width", speeds ? "GFLOP/s" : "per second", speeds ? "dense" : "generation")
                    .doesNotContain("NaN", "Infinity");
            assertThat(out.lines()).as(line).allMatch(each -> each.length() <= 100);
        }
    }

    @Test
    void aDenseModelHasNoTwin() {
        String out = ok("bench step --preset dense-tiny --frames 2 --size 16x16 --set model.width=32 --rounds 1"
                + " --set model.depth=1 --device cpu");
        assertThat(out).contains("this model").doesNotContain("dense twin", "frame by frame");
        assertThat(ok("bench attention --preset dense-tiny --frames 2 --size 16x16 --set model.width=32 --rounds 1"
                        + " --device cpu"))
                .contains("one masked call")
                .doesNotContain("dense, by tiles");
    }

    @Test
    void aBadBenchmarkIsOneSentence() {
        expectError("bench attention --rounds 0", "--rounds must be at least 1, not 0");
        expectError("bench layer --preset msc-tinny", "did you mean msc-tiny?");
        expectError("bench layer --layer 2 --device cpu", "--layer must lie between 0 and 1, not 2");
        expectError("bench step --losses -1", "--losses must be 0 or more, not -1");
        expectError("bench stream --until 7", "--until must be at least 8, not 7");
        expectError("bench stream --calls 0", "--calls must be at least 1, not 0");
        expectError("bench step --size 63x64", "63x64 pixels", "multiples of 2");
        expectError("bench step --set model.widht=8", "did you mean model.width?");
        expectError("bench memory --steps 0", "--steps must be at least 1, not 0");
        expectError("bench memory --workers -1", "--workers must be 0 or more, not -1");
        expectError("bench neighbour --rounds 0", "--rounds must be at least 1, not 0");
        expectError("bench neighbour --seconds 0", "--seconds must be above 0, not 0");
        expectError("bench attention --frames many", "--frames", "lightcone bench attention --help");
        assertThat(ok("bench")).contains("attention", "layer", "step", "stream", "neighbour", "memory");
    }

    @Test
    void ctrlCStopsAtTheNextMeasurement() {
        Answer answer = type(small("attention"), true);
        assertThat(answer.code()).isEqualTo(Main.INTERRUPTED);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains("Stopped.");
    }
}
