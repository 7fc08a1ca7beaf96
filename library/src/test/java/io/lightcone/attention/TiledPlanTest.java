// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lightcone.RecordCopy;
import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.testing.Cases;
import io.lightcone.testing.Draw;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Node;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TiledPlanTest {
    private static final int HEADS = 2;
    private static final int CHANNELS = 8;
    private static final long PLENTY = 1L << 30;

    /** Draws a neighbourhood of any kind on a grid of any kind. */
    private static Neighbourhood neighbourhood(Draw draw) {
        int window = draw.between(0, 7);
        Branch branch = new Branch(
                HEADS,
                1,
                window,
                Math.min(draw.between(1, 3), Math.max(1, window)),
                draw.between(0, 4),
                draw.of(List.of(0, 0, 0, 1, 2)),
                draw.between(1, 4),
                draw.of(KeyFrames.class),
                draw.of(List.of(LightCone.NONE, new LightCone(1, 1), new LightCone(1, 2))));
        return new Neighbourhood(branch, new Grid(draw.between(1, 9), draw.between(1, 9), draw.between(1, 9)));
    }

    private static Tile tile(Draw draw) {
        return new Tile(draw.between(1, 9), draw.between(1, 9), draw.between(1, 9));
    }

    @Test
    void anyTileGivesWhatTheReferenceGives() {
        Cases.check(150, draw -> {
            Neighbourhood seen = draw.show("seen", neighbourhood(draw));
            Tile tile = draw.show("tile", tile(draw));
            int batch = draw.between("batch", 1, 2);
            requireSame(seen, tile, batch, ScalarType.Double, 1e-12);
        });
    }

    @Test
    void theChosenTileGivesWhatTheReferenceGives() {
        Cases.check(50, draw -> {
            Neighbourhood seen = draw.show("seen", neighbourhood(draw));
            requireSame(seen, null, 1, ScalarType.Double, 1e-12);
        });
    }

    @Test
    void tilesInSinglePrecisionAreCloseToTheReference() {
        Cases.check(50, draw -> {
            Neighbourhood seen = draw.show("seen", neighbourhood(draw));
            Tile tile = draw.show("tile", tile(draw));
            requireSame(seen, tile, 2, ScalarType.Float, 2e-5);
        });
    }

    static List<Neighbourhood> large() {
        return List.of(
                new Neighbourhood(high(7, 4), new Grid(9, 32, 24)),
                new Neighbourhood(high(6, 3), new Grid(5, 17, 31)),
                new Neighbourhood(sharing(high(9, 4)), new Grid(5, 16, 20)),
                new Neighbourhood(
                        new Branch(HEADS, 1, 5, 4, 1, KeyFrames.DILATED, new LightCone(1, 1)), new Grid(6, 20, 20)),
                new Neighbourhood(new Branch(HEADS, 1, 0, 0, 3, KeyFrames.DILATED, LightCone.NONE), new Grid(7, 12, 9)),
                new Neighbourhood(
                        new Branch(HEADS, 1, 5, 3, 2, KeyFrames.DILATED, LightCone.NONE), new Grid(7, 20, 16)),
                new Neighbourhood(
                        new Branch(HEADS, 1, 0, 0, 4, KeyFrames.ANCHORED, LightCone.NONE), new Grid(10, 12, 9)));
    }

    private static Branch high(int window, int frames) {
        return new Branch(HEADS, 1, window, frames, 1, KeyFrames.DILATED, LightCone.NONE);
    }

    /** A branch with one window for 4x4 tokens. */
    private static Branch sharing(Branch branch) {
        return RecordCopy.of(branch).with(Branch::spatialStride, 4).build();
    }

    @ParameterizedTest
    @MethodSource("large")
    void tilesOfLargeGridsGiveWhatTheReferenceGives(Neighbourhood seen) {
        requireSame(seen, null, 1, ScalarType.Double, 1e-12);
        requireSame(seen, null, 2, ScalarType.Float, 2e-5);
    }

    /** Requires equal values and equal gradients of all three inputs, relative to the largest. */
    private static void requireSame(
            Neighbourhood seen, @Nullable Tile tile, int batch, ScalarType type, double tolerance) {
        Scopes.run(() -> {
            Tensor[] inputs = inputs(seen.grid(), batch, type);
            try (AttentionPlans tiled = new AttentionPlans(Method.TILED, tile, PLENTY);
                    AttentionPlans reference = new AttentionPlans(Method.REFERENCE)) {
                Tensor[] got = results(tiled, seen, inputs);
                Tensor[] expected = results(reference, seen, inputs);
                for (int i = 0; i < got.length; i++) {
                    double largest = expected[i].abs().max().item_double();
                    double difference = got[i].sub(expected[i]).abs().max().item_double();
                    assertThat(difference)
                            .as("%s of %s with %s", i == 0 ? "values" : "gradient " + i, seen, tile)
                            .isLessThanOrEqualTo(tolerance * Math.max(1, largest));
                }
            }
        });
    }

    /** Returns queries, keys and values as a model computes them: heads beside each other in memory. */
    private static Tensor[] inputs(Grid grid, int batch, ScalarType type) {
        Tensor[] inputs = new Tensor[4];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = new RandomStreams(i)
                    .tensors("test", 0, 0)
                    .normal(batch, grid.tokens(), HEADS, CHANNELS)
                    .to(type)
                    .transpose(1, 2)
                    .set_requires_grad(i < 3);
        }
        return inputs;
    }

    private static Tensor[] results(AttentionPlans plans, Neighbourhood seen, Tensor[] in) {
        Tensor out = plans.plan(seen.branch(), seen.grid(), in[0]).attend(in[0], in[1], in[2]);
        TensorVector gradients = torch.grad(
                new TensorVector(out),
                new TensorVector(in[0], in[1], in[2]),
                new TensorVector(in[3]),
                new BoolOptional(),
                false,
                false);
        return new Tensor[] {out, gradients.get(0), gradients.get(1), gradients.get(2)};
    }

    @ParameterizedTest
    @MethodSource("large")
    void aTiledPlanStaysOnTheFusedKernel(Neighbourhood seen) {
        Scopes.run(() -> {
            Tensor[] in = inputs(seen.grid(), 1, ScalarType.Float);
            try (AttentionPlans plans = new AttentionPlans()) {
                Tensor out = plans.plan(seen.branch(), seen.grid(), in[0]).attend(in[0], in[1], in[2]);
                Set<String> nodes = new HashSet<>();
                collect(out.grad_fn(), nodes, 20);
                assertThat(nodes)
                        .contains("ScaledDotProductFlashAttentionForCpuBackward0")
                        .noneMatch(name -> name.contains("Softmax") || name.contains("Bmm"));
            }
        });
    }

    /** Collects the names of the operations that a result came from, some steps back. */
    private static void collect(Node node, Set<String> names, int depth) {
        if (node == null || node.isNull() || depth == 0) {
            return;
        }
        names.add(node.name().getString());
        for (long i = 0; i < node.num_outputs(); i++) {
            collect(node.next_edge(i).function(), names, depth - 1);
        }
    }

    @Test
    void blocksThatShareAWindowNeedNoMask() {
        Branch blocks = sharing(high(8, 1));
        Neighbourhood seen = new Neighbourhood(blocks, new Grid(1, 32, 32));
        long done = TileRun.cut(seen, new Tile(1, 4, 4)).stream()
                .mapToLong(run -> run.size().donePairs())
                .sum();
        assertThat(done).isEqualTo(seen.pairs());
        Scopes.run(() -> {
            Tensor like = torch.zeros(1);
            try (TiledPlan plan = new TiledPlan(
                    seen, new Tile(1, 4, 4), ScalarType.Float, like.device(), AttentionKernel.ofLibtorch())) {
                assertThat(plan.bytes()).as("an index and nothing else").isEqualTo(64 * 64 * Long.BYTES);
            }
        });
    }

    @Test
    void tilesDoLittleMoreThanTheyMust() {
        Neighbourhood seen = new Neighbourhood(high(7, 4), new Grid(16, 32, 32));
        Tile tile = TileChoice.best(seen);
        long done = TileRun.cut(seen, tile).stream()
                .mapToLong(run -> run.size().donePairs())
                .sum();
        assertThat((double) seen.pairs() / done)
                .as("useful share with %s", tile)
                .isBetween(0.2, 0.5);
        Neighbourhood dense = new Neighbourhood(Branch.dense(1), new Grid(16, 32, 32));
        long causal = TileRun.cut(dense, TileChoice.best(dense)).stream()
                .mapToLong(run -> run.size().donePairs())
                .sum();
        assertThat((double) dense.pairs() / causal).isCloseTo(1, within(0.12));
    }
}
