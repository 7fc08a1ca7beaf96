// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.attention.Grid;
import io.lightcone.attention.KeyFrames;
import io.lightcone.model.BranchConfig;
import io.lightcone.model.LayerCost;
import io.lightcone.model.ModelConfig;
import io.lightcone.run.Presets;
import io.lightcone.run.RunConfig;
import io.lightcone.tensor.Libtorch;
import io.lightcone.testing.NativeObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BenchmarkTest {
    private static final Device CPU = new Device("cpu");

    @BeforeAll
    static void likeTheProgram() {
        Libtorch.start(0);
    }

    private static Workload workload() {
        RunConfig small = Workload.changed(Workload.standard(), "model.width=32");
        return new Workload(small, 4, 12, 12, 1, CPU);
    }

    @Test
    void theMedianIsTheMiddle() {
        assertThat(Timing.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Timing(2, 1, 3));
        assertThat(Timing.of(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(new Timing(2.5, 1, 4));
    }

    @Test
    void theStandardSettingIsTheOneOfMsc() {
        RunConfig config = Workload.standard();
        Workload workload = new Workload(config, config.training().frames(), 64, 64, 1, CPU);
        assertThat(workload.grid().frames()).isEqualTo(16);
        assertThat(workload.grid().tokensPerFrame()).isEqualTo(32 * 32);
        assertThat(config.model().headWidth()).isEqualTo(64);
        assertThat(config.model().branches()).containsExactly(BranchConfig.high(4, 7, 4), BranchConfig.low(4, 2, 2, 4));
    }

    @Test
    void smoothedLossesAreComparedWindowByWindow() {
        assertThat(LossCheck.relative(List.of(1.0, 3.0, 1.0), List.of(3.0, 1.0, 2.0), 2))
                .isEqualTo(0.25);
    }

    @Test
    void variantsLimitWhatLooksFarBack() {
        ModelConfig model = Presets.named("msc-s").model();
        Map<String, ModelConfig> variants = StreamBenchmark.variants(model, 16);
        assertThat(variants.keySet()).containsExactly("anchored, limited", "dense, limited", "anchored", "dilated");
        assertThat(variants.get("dilated")).isEqualTo(model);
        List<BranchConfig> limited =
                Objects.requireNonNull(variants.get("anchored, limited")).branches();
        assertThat(limited.get(0)).isEqualTo(model.branches().get(0));
        assertThat(limited.get(1).frames())
                .as("itself, and anchors up to 16 frames back")
                .isEqualTo(5);
        assertThat(limited.get(1).keyFrames()).isEqualTo(KeyFrames.ANCHORED);
        assertThat(Objects.requireNonNull(variants.get("dense, limited")).branches())
                .containsExactly(BranchConfig.dense(6).limitedTo(16, 0));
        assertThat(StreamBenchmark.variants(model.dense(), 16).keySet()).containsExactly("dense, limited", "dense");
    }

    /** Each contestant runs as often as any other, in another order each round, after a warm-up. */
    @Test
    void contestantsTakeTurns() {
        List<String> order = new ArrayList<>();
        List<Contestant> three =
                List.of(contestant("a", 10, order), contestant("b", 40, order), contestant("c", 20, order));
        List<String> heard = new ArrayList<>();
        BenchmarkResult result =
                InterleavedRounds.run(8, CPU, three, List.of(new Baseline("b", "b", false)), (what, done) -> {
                    heard.add(what);
                    assertThat(done).isBetween(0.0, 1.0);
                });
        assertThat(order).hasSize(3 * 9).startsWith("a", "b", "c");
        List<String> rounds = new ArrayList<>();
        for (int round = 1; round <= 8; round++) {
            assertThat(order.subList(3 * round, 3 * round + 3)).containsExactlyInAnyOrder("a", "b", "c");
            rounds.add(String.join("", order.subList(3 * round, 3 * round + 3)));
        }
        // Whoever goes first, b must not always follow a.
        assertThat(rounds).anyMatch(round -> "abcab".contains(round)).anyMatch(round -> "acbac".contains(round));
        assertThat(rounds)
                .anyMatch(round -> round.indexOf("a") < round.indexOf("b"))
                .anyMatch(round -> round.indexOf("b") < round.indexOf("a"));
        assertThat(heard).hasSize(9 * (3 + result.ceilings().size()));
        assertThat(heard).first().asString().startsWith("warm-up: ceiling");
        assertThat(heard).last().asString().startsWith("round 8 of 8");
        List<Measurement> measurements = result.groups().get(0).measurements();
        assertThat(measurements.get(0).ratios())
                .singleElement()
                .satisfies(ratio -> assertThat(ratio.ideal()).isEqualTo(4));
        assertThat(measurements.get(1).ratios())
                .as("nothing is held against itself")
                .isEmpty();
    }

    private static Contestant contestant(String name, long cost, List<String> order) {
        return new Contestant("group", name, MatmulPrecision.FLOAT32, cost, cost, () -> order.add(name));
    }

    @Test
    void autoIsNeverTakenForFloat32() {
        Workload workload =
                new Workload(Workload.changed(workload().config(), "training.linear=auto"), 4, 12, 12, 1, CPU);
        assertThatThrownBy(() -> LayerBenchmark.run(workload, 0, (what, done) -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void denseAttentionCanBeComputedInManyWays() {
        Grid grid = new Grid(20, 2, 2);
        List<AttentionImplementation> implementations = AttentionImplementation.dense(grid);
        assertThat(implementations)
                .extracting(AttentionImplementation::name)
                .containsExactly(
                        "as the cost model chooses",
                        "frame by frame",
                        "2 frames a call",
                        "4 frames a call",
                        "8 frames a call",
                        "16 frames a call",
                        "one masked call");
        ModelConfig dense = Workload.standard().model().dense();
        LayerCost layer = new Workload(Workload.standard().with(dense), 20, 4, 4, 1, CPU)
                .cost()
                .layers()
                .get(0);
        long pair = 2 * 512 * 4 * 4;
        assertThat(implementations.get(0).done(grid, 512, layer)).isEqualTo(layer.attentionDone());
        assertThat(implementations.get(1).done(grid, 512, layer)).isEqualTo(pair * 20 * 21 / 2);
        assertThat(implementations.get(4).done(grid, 512, layer)).isEqualTo(pair * (8 * 8 + 8 * 16 + 4 * 20));
        assertThat(implementations.get(6).done(grid, 512, layer)).isEqualTo(pair * 20 * 20);
    }

    @Test
    void benchmarksLeaveNoNativeObjectsBehind() {
        BenchmarkListener nobody = (what, done) -> {};
        Workload workload = workload();
        assertThat(NativeObjects.leftBy(1, 1, () -> everything(workload, nobody)))
                .isZero();
    }

    private static void everything(Workload workload, BenchmarkListener listener) {
        AttentionBenchmark.run(workload, listener);
        LayerBenchmark.run(workload, 0, listener);
        StepBenchmark.run(workload, listener);
        StreamBenchmark.run(workload, new StreamBenchmark.StreamWorkload(8, 1, 2), listener);
    }
}
