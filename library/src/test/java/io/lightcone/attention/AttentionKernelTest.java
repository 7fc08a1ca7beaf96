// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that plans and frame caches compute with the kernel that they are given, and with no other. */
class AttentionKernelTest {
    private static final int HEADS = 2;
    private static final int CHANNELS = 8;
    private static final Grid GRID = new Grid(7, 6, 5);
    private static final long PLENTY = 1L << 30;

    /**
     * Computes the formula in float64 with ordinary products only, and adds one to it to tell it from any other kernel.
     */
    private static final class Exact implements AttentionKernel {
        private final double added;
        private int calls;

        Exact(double added) {
            this.added = added;
        }

        @Override
        public Tensor attend(Tensor q, Tensor k, Tensor v, @Nullable Tensor mask) {
            calls++;
            ScalarType exact = ScalarType.Double;
            Tensor scores = q.to(exact)
                    .matmul(k.to(exact).transpose(-2, -1))
                    .mul(new Scalar(1 / Math.sqrt((double) q.size(3))));
            Tensor seen = mask == null ? scores : scores.add(mask.to(exact));
            return torch.softmax(seen, -1)
                    .matmul(v.to(exact))
                    .add(new Scalar(added))
                    .to(Tensors.type(q));
        }

        /** Returns how often the kernel was called since this was asked last. */
        int calls() {
            int asked = calls;
            calls = 0;
            return asked;
        }
    }

    /** Returns branches with tiles that gather their keys, keys read in place, residues, anchors, sinks and a cone. */
    static List<Branch> branches() {
        return List.of(
                new Branch(HEADS, 1, 3, 3, 1, KeyFrames.DILATED, LightCone.NONE),
                new Branch(HEADS, 1, Branch.ALL, Branch.ALL, 1, KeyFrames.DILATED, LightCone.NONE),
                new Branch(HEADS, 1, Branch.ALL, 2, 2, KeyFrames.DILATED, LightCone.NONE),
                new Branch(HEADS, 1, 3, 2, 3, KeyFrames.ANCHORED, LightCone.NONE),
                new Branch(HEADS, 1, 3, 3, 1, KeyFrames.DILATED, new LightCone(1, 1)));
    }

    @ParameterizedTest
    @MethodSource("branches")
    void tilesMasksAndCachesUseTheirKernelAlone(Branch branch) {
        Scopes.runWithoutGrad(() -> {
            Tensor[] qkv = {random(1), random(2), random(3)};
            Exact kernel = new Exact(1);
            try (AttentionPlans libtorch = new AttentionPlans();
                    AttentionPlans tiled = new AttentionPlans(Method.TILED, null, PLENTY, kernel);
                    AttentionPlans reference = new AttentionPlans(Method.REFERENCE, null, PLENTY, kernel)) {
                Tensor expected = attend(libtorch, branch, qkv).add(new Scalar(1.0));
                requireSame(attend(tiled, branch, qkv), expected);
                assertThat(kernel.calls()).as("tiles").isPositive();
                requireSame(attend(reference, branch, qkv), expected);
                assertThat(kernel.calls()).as("one mask").isEqualTo(1);
                for (AttentionPlans plans : List.of(tiled, reference)) {
                    requireSame(stream(plans, branch, qkv), expected);
                    assertThat(kernel.calls()).as("a cache, for each frame").isEqualTo(GRID.frames());
                }
            }
        });
    }

    /** Gradients through another kernel are the same as through libtorch's. */
    @ParameterizedTest
    @MethodSource("branches")
    void gradientsComeThroughAnotherKernel(Branch branch) {
        Scopes.run(() -> {
            try (AttentionPlans libtorch = new AttentionPlans();
                    AttentionPlans exact = new AttentionPlans(Method.TILED, null, PLENTY, new Exact(0))) {
                Tensor expected = gradient(libtorch, branch);
                requireSame(gradient(exact, branch), expected);
                assertThat(expected.abs().max().item_double()).isGreaterThan(0.01);
            }
        });
    }

    private static Tensor gradient(AttentionPlans plans, Branch branch) {
        Tensor[] qkv = {random(1), random(2), random(3)};
        for (Tensor each : qkv) {
            each.set_requires_grad(true);
        }
        attend(plans, branch, qkv).square().sum().backward();
        return Tensors.cat(0, qkv[0].grad(), qkv[1].grad(), qkv[2].grad());
    }

    private static Tensor attend(AttentionPlans plans, Branch branch, Tensor[] qkv) {
        return plans.plan(branch, GRID, qkv[0]).attend(qkv[0], qkv[1], qkv[2]);
    }

    private static Tensor stream(AttentionPlans plans, Branch branch, Tensor[] qkv) {
        int tokens = GRID.tokensPerFrame();
        Tensor[] seen = new Tensor[GRID.frames()];
        try (BranchCache cache = plans.cache(branch, GRID, 1, KeyShift.NONE, 0)) {
            for (int t = 0; t < seen.length; t++) {
                long from = (long) t * tokens;
                seen[t] = cache.attend(
                        qkv[0].narrow(2, from, tokens), qkv[1].narrow(2, from, tokens), qkv[2].narrow(2, from, tokens));
                cache.commit();
            }
        }
        return Tensors.cat(2, seen);
    }

    private static void requireSame(Tensor got, Tensor expected) {
        assertThat(got.sub(expected).abs().max().item_double()).isLessThan(2e-5);
    }

    private static Tensor random(int purpose) {
        return new RandomStreams(purpose).tensors("test", 0, 0).normal(2, HEADS, GRID.tokens(), CHANNELS);
    }
}
