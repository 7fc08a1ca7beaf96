// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.attention.Neighbourhood.Token;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Cases;
import io.lightcone.testing.NativeObjects;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class MaskedPlanTest {
    private static final int HEADS = 2;
    private static final int CHANNELS = 4;

    @Test
    void aMaskedPlanAttendsToExactlyTheNeighbourhood() {
        Cases.check(40, draw -> {
            int frames = draw.between("frames", 1, 5);
            int height = draw.between("height", 1, 5);
            int width = draw.between("width", 1, 5);
            int window = draw.between("window", 0, 4);
            int temporal = draw.between("temporal", 0, 3);
            int stride = draw.between("stride", 1, 3);
            KeyFrames keyFrames = draw.of("keyFrames", KeyFrames.class);
            int speed = draw.between("speed", 0, 1);
            Branch branch = new Branch(HEADS, 1, window, temporal, stride, keyFrames, new LightCone(speed, 1));
            Grid grid = new Grid(frames, height, width);
            Scopes.run(() -> {
                Tensor q = random(1, grid);
                Tensor k = random(2, grid);
                Tensor v = random(3, grid);
                try (AttentionPlans plans = new AttentionPlans(Method.REFERENCE)) {
                    double[] got = Tensors.doubles(plans.plan(branch, grid, q).attend(q, k, v));
                    double[] expected = byHand(new Neighbourhood(branch, grid), q, k, v);
                    assertThat(got).containsExactly(expected, org.assertj.core.data.Offset.offset(1e-12));
                }
            });
        });
    }

    private static Tensor random(int purpose, Grid grid) {
        return new RandomStreams(purpose)
                .tensors("test", 0, 0)
                .normal(1, HEADS, grid.tokens(), CHANNELS)
                .to(ScalarType.Double);
    }

    /** Computes the softmax over the listed keys, one query after the other, without libtorch. */
    private static double[] byHand(Neighbourhood seen, Tensor q, Tensor k, Tensor v) {
        Grid grid = seen.grid();
        double[] queries = Tensors.doubles(q);
        double[] keys = Tensors.doubles(k);
        double[] values = Tensors.doubles(v);
        double[] out = new double[queries.length];
        for (int head = 0; head < HEADS; head++) {
            int base = head * grid.tokens();
            for (int token = 0; token < grid.tokens(); token++) {
                Token query = new Token(
                        token / grid.tokensPerFrame(),
                        token % grid.tokensPerFrame() / grid.width(),
                        token % grid.width());
                double total = 0;
                for (Token key : seen.keys(query)) {
                    int other = (key.frame() * grid.height() + key.row()) * grid.width() + key.column();
                    double score = 0;
                    for (int c = 0; c < CHANNELS; c++) {
                        score += queries[(base + token) * CHANNELS + c] * keys[(base + other) * CHANNELS + c];
                    }
                    double weight = Math.exp(score / Math.sqrt(CHANNELS));
                    total += weight;
                    for (int c = 0; c < CHANNELS; c++) {
                        out[(base + token) * CHANNELS + c] += weight * values[(base + other) * CHANNELS + c];
                    }
                }
                for (int c = 0; c < CHANNELS; c++) {
                    out[(base + token) * CHANNELS + c] /= total;
                }
            }
        }
        return out;
    }

    @Test
    void aMaskedPlanStaysOnTheFusedKernel() {
        Scopes.run(() -> {
            Grid grid = new Grid(3, 4, 4);
            Tensor q = torch.randn(1, 2, grid.tokens(), 8).set_requires_grad(true);
            try (AttentionPlans plans = new AttentionPlans(Method.REFERENCE)) {
                Tensor out = plans.plan(new Branch(2, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE), grid, q)
                        .attend(q, q, q);
                assertThat(out.grad_fn().name().getString()).isEqualTo("ScaledDotProductFlashAttentionForCpuBackward0");
            }
        });
    }

    /** A benchmark requests its plans before it opens a scope. */
    @Test
    void aPlanRequestedOutsideOfAScopeLeaksNothing() {
        Branch branch = new Branch(2, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE);
        for (Method method : Method.values()) {
            try (Tensor like = torch.zeros(1)) {
                long left = NativeObjects.leftBy(1, 3, () -> {
                    try (AttentionPlans plans = new AttentionPlans(method)) {
                        plans.plan(branch, new Grid(2, 4, 4), like);
                        plans.plan(branch, new Grid(2, 4, 4), like);
                    }
                });
                assertThat(left).as("%s", method).isZero();
            }
        }
    }

    @Test
    void plansAreCreatedOnceAndEvictedBeyondTheLimit() {
        Scopes.run(() -> {
            Grid small = new Grid(2, 4, 4);
            Grid other = new Grid(3, 4, 4);
            Tensor like = torch.zeros(1);
            Branch branch = new Branch(2, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE);
            Branch moreHeads = new Branch(4, 2, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE);
            try (AttentionPlans plans = new AttentionPlans(Method.REFERENCE, null, 40 * 40 * Float.BYTES)) {
                AttentionPlan first = plans.plan(branch, small, like);
                assertThat(plans.plan(branch, small, like)).isSameAs(first);
                assertThat(plans.plan(moreHeads, small, like)).isSameAs(first);
                assertThat(plans.created()).isEqualTo(1);
                plans.plan(branch, other, like);
                plans.plan(branch, small, like);
                assertThat(plans.created())
                        .as("the first was evicted to make room")
                        .isEqualTo(3);
            }
        });
    }
}
