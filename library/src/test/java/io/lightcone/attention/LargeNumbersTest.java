// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.RecordCopy;
import io.lightcone.attention.AttentionPlans.Method;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that numbers of a branch far beyond any clip mean what they say: all of it. */
class LargeNumbersTest {
    private static final int MOST = Integer.MAX_VALUE;
    private static final Grid GRID = new Grid(7, 4, 5);

    /** Returns pairs of a branch with a large number, and one without that sees the same on {@link #GRID}. */
    static Stream<Arguments> branches() {
        LightCone slow = new LightCone(1, 2);
        Stream<Arguments> single = Stream.of(
                pair(branch(MOST, 0, 1, LightCone.NONE), branch(5, 0, 1, LightCone.NONE)),
                pair(branch(MOST, 0, 1, slow), branch(0, 0, 1, LightCone.NONE)),
                pair(branch(3, MOST, 1, slow), branch(3, 0, 1, slow)),
                pair(branch(3, 0, MOST, slow), branch(3, 1, 1, LightCone.NONE)),
                pair(branch(3, MOST, MOST, slow), branch(3, 1, 1, LightCone.NONE)),
                pair(branch(3, 0, 2, new LightCone(MOST, MOST)), branch(3, 0, 2, new LightCone(1, 1))),
                pair(branch(3, 0, 3, new LightCone(MOST, MOST - 1)), branch(3, 0, 3, new LightCone(1, 1))),
                pair(branch(3, 0, 1, new LightCone(MOST - 1, MOST)), branch(3, 0, 1, new LightCone(999, 1_000))),
                pair(branch(3, 0, 1, new LightCone(1, MOST)), branch(3, 0, 1, LightCone.NONE)),
                pair(sharing(branch(MOST, 0, 1, slow), MOST), branch(0, 0, 1, LightCone.NONE)),
                pair(sharing(branch(MOST, 0, 1, LightCone.NONE), 1 << 30), branch(0, 0, 1, LightCone.NONE)));
        Stream<Arguments> cones = Stream.of(MOST, MOST / 2 + 1, 357_913_941, 715_827_883)
                .flatMap(tokens -> Stream.of(1, 2, 3)
                        .map(stride -> pair(
                                branch(3, 0, stride, new LightCone(tokens, 1)),
                                branch(3, 0, stride, new LightCone(5, 1)))));
        Stream<Arguments> strides = IntStream.rangeClosed(1, 33)
                .mapToObj(k -> pair(branch(3, 0, MOST - k, slow), branch(3, 1, 1, LightCone.NONE)));
        return Stream.of(single, cones, strides).flatMap(each -> each);
    }

    private static Branch branch(int window, int frames, int stride, LightCone cone) {
        return new Branch(2, 1, window, frames, stride, KeyFrames.DILATED, cone);
    }

    private static Branch sharing(Branch branch, int queries) {
        return RecordCopy.of(branch).with(Branch::spatialStride, queries).build();
    }

    private static Branch withSinks(Branch branch, int sinks) {
        return RecordCopy.of(branch).with(Branch::sinks, sinks).build();
    }

    private static Arguments pair(Branch large, Branch plain) {
        return Arguments.of(large, plain);
    }

    @ParameterizedTest
    @MethodSource("branches")
    void aLargeNumberMeansAllOfTheClip(Branch large, Branch plain) {
        requireSame(large, plain);
    }

    @ParameterizedTest
    @MethodSource("branches")
    void aLargeNumberMeansAllOfTheClipForAnchoredKeyFrames(Branch large, Branch plain) {
        if (large.stride() < GRID.frames()) {
            requireSame(anchored(large), anchored(plain));
        } else {
            Branch first = anchored(large);
            for (int t = 1; t < GRID.frames(); t++) {
                int[] frames = large.frames() == 1 ? new int[] {t} : new int[] {0, t};
                assertThat(new Neighbourhood(first, GRID).keyFrames(t)).isEqualTo(frames);
            }
            requireSame(first, withSinks(first, 1));
        }
    }

    private static Branch anchored(Branch branch) {
        return new Branch(
                2,
                1,
                branch.window(),
                branch.spatialStride(),
                branch.frames(),
                0,
                branch.stride(),
                KeyFrames.ANCHORED,
                branch.cone());
    }

    private static void requireSame(Branch large, Branch plain) {
        Neighbourhood one = new Neighbourhood(large, GRID);
        Neighbourhood other = new Neighbourhood(plain, GRID);
        for (int t = 0; t < GRID.frames(); t++) {
            assertThat(one.keys(new Neighbourhood.Token(t, 1, 3)))
                    .isEqualTo(other.keys(new Neighbourhood.Token(t, 1, 3)));
        }
        AttentionCost cost = AttentionCost.of(large, GRID, 8, 4);
        assertThat(cost.usefulPairs())
                .isEqualTo(AttentionCost.of(plain, GRID, 8, 4).usefulPairs());
        assertThat(cost.donePairs()).isBetween(cost.usefulPairs(), 140L * 140 * 2);
        Scopes.runWithoutGrad(() -> {
            Tensor[] qkv = {random(1), random(2), random(3)};
            try (AttentionPlans tiled = new AttentionPlans();
                    AttentionPlans reference = new AttentionPlans(Method.REFERENCE)) {
                Tensor expected = reference.plan(plain, GRID, qkv[0]).attend(qkv[0], qkv[1], qkv[2]);
                requireClose(expected, tiled.plan(large, GRID, qkv[0]).attend(qkv[0], qkv[1], qkv[2]));
                requireClose(expected, reference.plan(large, GRID, qkv[0]).attend(qkv[0], qkv[1], qkv[2]));
                requireClose(expected, streamed(large, tiled, qkv));
            }
        });
    }

    private static Tensor streamed(Branch branch, AttentionPlans plans, Tensor[] qkv) {
        int tokens = GRID.tokensPerFrame();
        Tensor[] frames = new Tensor[GRID.frames()];
        try (FrameCache cache = new FrameCache(branch, GRID, 2, plans)) {
            for (int t = 0; t < frames.length; t++) {
                long from = (long) t * tokens;
                frames[t] = cache.attend(
                        qkv[0].narrow(2, from, tokens), qkv[1].narrow(2, from, tokens), qkv[2].narrow(2, from, tokens));
                cache.commit();
            }
        }
        return io.lightcone.tensor.Tensors.cat(2, frames);
    }

    private static Tensor random(long seed) {
        return new RandomStreams(seed)
                .tensors("qkv", 0, 0)
                .normal(1, 2, GRID.tokens(), 4)
                .to(ScalarType.Double);
    }

    private static void requireClose(Tensor expected, Tensor found) {
        assertThat(found.sub(expected).abs().max().item_double()).isLessThan(1e-12);
    }

    /** Padded frames, and nothing else, are the difference between what is asked for and what is computed. */
    @ParameterizedTest
    @ValueSource(ints = {16, 17, 31, 1000, MOST - 15, MOST})
    void aStrideBeyondTheClipComputesNothingButTheFramesThemselves(int stride) {
        Branch low = new Branch(2, 1, Branch.ALL, Branch.ALL, stride, KeyFrames.DILATED, LightCone.NONE);
        Grid clip = new Grid(16, 4, 4);
        assertThat(PlanCost.of(low, clip)).isEqualTo(new PlanCost(16 * 16 * 16, 0, 5 * 16 * 16, 16 * 16 * 16));
        assertThat(new Neighbourhood(low, clip).pairs()).isEqualTo(16 * 16 * 16);
        assertThat(DilatedPlan.residue(new Neighbourhood(low, clip)).grid().frames())
                .isEqualTo(1);
    }

    @Test
    void aStreamWithAStrideThatNoVideoReachesHoldsNoMoreThanTheVideo() {
        Branch low = new Branch(2, 1, Branch.ALL, Branch.ALL, MOST - 15, KeyFrames.DILATED, LightCone.NONE);
        Scopes.runWithoutGrad(() -> {
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(low, GRID, 1, plans)) {
                assertThat(cache.bytes()).isZero();
                for (int t = 0; t < 3; t++) {
                    Tensor frame = random(t).narrow(2, 0, GRID.tokensPerFrame());
                    cache.attend(frame, frame, frame);
                    cache.commit();
                }
                long numbers = CacheCost.of(low, GRID, 4).numbersAfter(3);
                assertThat(cache.bytes()).isEqualTo(numbers * Double.BYTES);
            }
        });
    }

    @Test
    void sinksThatWouldFillTheMemoryAreRefused() {
        assertThatThrownBy(() -> withSinks(Branch.dense(1), MOST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sinks must lie between 0 and 100000, not 2147483647");
        assertThat(List.of(withSinks(Branch.dense(1), 100_000).sinks())).containsExactly(100_000);
    }
}
