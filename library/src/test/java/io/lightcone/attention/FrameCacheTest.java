// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Snapshot;
import io.lightcone.tensor.Tensors;
import io.lightcone.testing.Cases;
import io.lightcone.testing.Draw;
import io.lightcone.testing.NativeObjects;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class FrameCacheTest {
    private static final int HEADS = 2;
    private static final int CHANNELS = 4;

    private static Branch branch(Draw draw) {
        int window = draw.between(0, 6);
        return new Branch(
                HEADS,
                1,
                window,
                Math.min(draw.between(1, 3), Math.max(1, window)),
                draw.between(0, 4),
                draw.of(List.of(0, 0, 1, 2, 3)),
                draw.between(1, 4),
                draw.of(KeyFrames.class),
                draw.of(List.of(LightCone.NONE, new LightCone(1, 1), new LightCone(1, 3))));
    }

    /**
     * A closed cache that has never been shown a frame, of this residue or at all, would take memory that nobody frees.
     */
    @Test
    void aClosedCacheTakesNoMemory() {
        Grid grid = new Grid(4, 2, 2);
        Branch branch = new Branch(HEADS, 1, 0, 2, 3, KeyFrames.DILATED, LightCone.NONE);
        for (int shown = 0; shown < 3; shown++) {
            int before = shown;
            NativeObjects.requireNothingLeft(() -> {
                try (AttentionPlans plans = new AttentionPlans()) {
                    FrameCache cache = new FrameCache(branch, grid, 1, plans);
                    Tensor frame = random(1, new Grid(1, 2, 2), ScalarType.Float);
                    for (int i = 0; i < before; i++) {
                        cache.attend(frame, frame, frame);
                        cache.commit();
                    }
                    cache.close();
                    assertThatThrownBy(() -> cache.attend(frame, frame, frame))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("the frame cache is closed");
                }
            });
        }
    }

    /**
     * Frame by frame or in blocks, a stream gives what the whole clip gives, with what was evicted out of sight there
     * too.
     */
    @Test
    void streamingEqualsTheCallOverTheWholeClip() {
        Cases.check(150, draw -> {
            Branch branch = draw.show("branch", branch(draw));
            int frames = draw.between("frames", 1, 14);
            int height = draw.between("height", 1, 5);
            int width = draw.between("width", 1, 5);
            int block = draw.between("block", 1, 4);
            Grid grid = new Grid(frames, height, width);
            stream(branch, grid, block, ScalarType.Double, 1e-12);
            stream(branch, grid, block, ScalarType.Float, 2e-5);
        });
    }

    private static void stream(Branch branch, Grid grid, int block, ScalarType type, double tolerance) {
        Scopes.runWithoutGrad(() -> {
            Tensor[] qkv = {random(1, grid, type), random(2, grid, type), random(3, grid, type)};
            int tokens = grid.tokensPerFrame();
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(branch, grid, block, plans)) {
                Tensor whole = plans.plan(branch, grid, qkv[0]).attend(qkv[0], qkv[1], qkv[2]);
                for (int first = 0; first < grid.frames(); first += block) {
                    int count = Math.min(block, grid.frames() - first);
                    Tensor expected = whole.narrow(2, (long) first * tokens, (long) count * tokens);
                    step(cache, random(4, new Grid(count, grid.height(), grid.width()), type));
                    Tensor got = cache.attend(
                            part(qkv[0], first, count, tokens),
                            part(qkv[1], first, count, tokens),
                            part(qkv[2], first, count, tokens));
                    assertThat(got.sub(expected).abs().max().item_double())
                            .as("frames from %d of %s on %s", first, branch, grid)
                            .isLessThanOrEqualTo(tolerance);
                    cache.commit();
                }
                assertThat(cache.finished()).isEqualTo(grid.frames());
            }
        });
    }

    /** Makes a denoising call, which must leave no trace. */
    private static void step(FrameCache cache, Tensor noise) {
        cache.attend(noise, noise, noise);
    }

    private static Tensor part(Tensor x_BKND, int first, int count, int tokens) {
        return x_BKND.narrow(2, (long) first * tokens, (long) count * tokens);
    }

    private static Tensor random(int purpose, Grid grid, ScalarType type) {
        return new RandomStreams(purpose)
                .tensors("test", 0, 0)
                .normal(2, HEADS, grid.tokens(), CHANNELS)
                .to(type);
    }

    /** A cache remembers as many bytes as the command {@code cost} says, and no more. */
    @Test
    void aCacheRemembersAsMuchAsTheCostSays() {
        Cases.check(60, draw -> {
            Branch branch = draw.show("branch", branch(draw));
            int frames = draw.between("frames", 0, 20);
            Grid frame = new Grid(1, 2, 3);
            CacheCost cost = CacheCost.of(branch, frame, CHANNELS);
            Scopes.runWithoutGrad(() -> {
                Tensor x = random(1, frame, ScalarType.Float);
                try (AttentionPlans plans = new AttentionPlans();
                        FrameCache cache = new FrameCache(branch, frame, 1, plans)) {
                    for (int f = 0; f < frames; f++) {
                        cache.attend(x, x, x);
                        cache.commit();
                    }
                    assertThat(cache.bytes())
                            .as("a batch of two")
                            .isEqualTo(2 * cost.numbersAfter(frames) * Float.BYTES);
                }
            });
        });
    }

    /**
     * A cache restored in the middle of a video continues as if nothing had happened; one that was cleared begins anew.
     */
    @Test
    void aSavedCacheGoesOnTheSameAndAClearedOneIsFresh() {
        Cases.check(60, draw -> {
            Branch branch = draw.show("branch", branch(draw));
            int before = draw.between("before", 0, 12);
            int block = draw.between("block", 1, 3);
            Grid frame = new Grid(1, 3, 2);
            Grid together = new Grid(block, 3, 2);
            KeyShift shift = (keys, frames) -> keys.mul(new Scalar(Math.pow(0.9, (double) frames)));
            Scopes.runWithoutGrad(() -> {
                try (AttentionPlans plans = new AttentionPlans();
                        FrameCache first = new FrameCache(branch, frame, block, plans, shift, 0);
                        FrameCache second = new FrameCache(branch, frame, block, plans, shift, 0)) {
                    List<Tensor> fresh = goOn(first, together, 0, before);
                    Snapshot saved = Snapshot.empty();
                    first.save(saved.part("a"));
                    second.load(saved.part("a"));
                    expectEqual(goOn(second, together, before, 6), goOn(first, together, before, 6));
                    second.clear();
                    assertThat(second.finished()).isZero();
                    assertThat(second.bytes()).isZero();
                    expectEqual(goOn(second, together, 0, before), fresh);
                }
            });
        });
    }

    private static List<Tensor> goOn(FrameCache cache, Grid together, int from, int count) {
        List<Tensor> seen = new ArrayList<>();
        for (int step = from; step < from + count; step++) {
            Tensor x = random(step, together, ScalarType.Float);
            seen.add(cache.attend(x, x, x));
            cache.commit();
        }
        return seen;
    }

    private static void expectEqual(List<Tensor> a, List<Tensor> b) {
        for (int i = 0; i < a.size(); i++) {
            assertThat(torch.equal(a.get(i), b.get(i))).as("step %d", i).isTrue();
        }
    }

    @Test
    void whatACacheOfAnotherKindSavedIsRefused() {
        Branch two = new Branch(HEADS, 1, 0, 3, 1, KeyFrames.DILATED, LightCone.NONE);
        Scopes.runWithoutGrad(() -> {
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache small = new FrameCache(two, new Grid(1, 2, 2), 1, plans);
                    FrameCache large = new FrameCache(two, new Grid(1, 3, 3), 1, plans)) {
                goOn(small, new Grid(1, 2, 2), 0, 2);
                Snapshot saved = Snapshot.empty();
                small.save(saved);
                assertThatThrownBy(() -> large.load(saved))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("frames of another size");
                assertThatThrownBy(() -> large.load(Snapshot.empty()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("has no finished");
            }
        });
    }

    /** Of several frames in work, each sees sinks, and a cone towards them, as if it were alone. */
    @Test
    void framesOfABlockSeeSinksAsSingleFramesDo() {
        Cases.check(100, draw -> {
            Branch branch = draw.show("branch", branch(draw));
            int block = draw.between("block", 2, 4);
            int more = draw.between("more", 0, 3);
            Grid frame = new Grid(1, 3, 2);
            int fixedReach = branch.sinks() + block + more;
            KeyShift shift = (keys, frames) -> keys.mul(new Scalar(Math.pow(0.8, (double) frames)));
            Scopes.runWithoutGrad(() -> {
                try (AttentionPlans plans = new AttentionPlans();
                        FrameCache together = new FrameCache(branch, frame, block, plans, shift, fixedReach);
                        FrameCache alone = new FrameCache(branch, frame, 1, plans, shift, fixedReach)) {
                    for (int step = 0; step < 6; step++) {
                        Tensor x = random(step, new Grid(block, 3, 2), ScalarType.Double);
                        step(together, random(10, new Grid(block, 3, 2), ScalarType.Double));
                        Tensor seen = together.attend(x, x, x);
                        together.commit();
                        for (int i = 0; i < block; i++) {
                            Tensor own = part(x, i, 1, 6);
                            Tensor expected = alone.attend(own, own, own);
                            alone.commit();
                            assertThat(part(seen, i, 1, 6)
                                            .sub(expected)
                                            .abs()
                                            .max()
                                            .item_double())
                                    .as("frame %d of block %d of %s", i, step, branch)
                                    .isLessThan(1e-12);
                        }
                    }
                }
            });
        });
    }

    /** A cone goes by how far back a sink has been moved to, so that what is seen of it stays the same. */
    @Test
    void theConeOfASinkFollowsItsMovedPosition() {
        Branch branch = new Branch(HEADS, 1, 1, 1, 2, 1, 1, KeyFrames.DILATED, new LightCone(1, 1));
        Grid frame = new Grid(1, 9, 9);
        KeyShift shift = (keys, frames) -> keys.clone();
        Scopes.runWithoutGrad(() -> {
            Tensor x = random(1, frame, ScalarType.Double);
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache moved = new FrameCache(branch, frame, 1, plans, shift, 0);
                    FrameCache stay = new FrameCache(branch, frame, 1, plans)) {
                List<Tensor> near = new ArrayList<>();
                List<Tensor> far = new ArrayList<>();
                for (int f = 0; f < 8; f++) {
                    near.add(moved.attend(x, x, x));
                    far.add(stay.attend(x, x, x));
                    moved.commit();
                    stay.commit();
                }
                // Of equal frames, frame 2 sees its own, the one before, and the sink at the distance where it stays.
                assertThat(torch.allclose(near.get(2), far.get(2))).isTrue();
                assertThat(torch.allclose(near.get(7), near.get(2))).isTrue();
                assertThat(torch.allclose(far.get(7), far.get(2))).isFalse();
            }
        });
    }

    /** Sinks stand right before the frames that are remembered, once they would be farther back. */
    @Test
    void sinksAreMovedFromWhereTheyWereAtFirst() {
        Branch branch = new Branch(HEADS, 1, 0, 1, 3, 2, 1, KeyFrames.DILATED, LightCone.NONE);
        Grid frame = new Grid(1, 1, 2);
        List<Long> moves = new ArrayList<>();
        List<double[]> moved = new ArrayList<>();
        KeyShift shift = (keys, frames) -> {
            moves.add(frames);
            moved.add(Tensors.doubles(keys));
            return keys.add(new Scalar((double) frames));
        };
        Scopes.runWithoutGrad(() -> {
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(branch, frame, 1, plans, shift, 0)) {
                goOn(cache, frame, 0, 8);
            }
        });
        // The third frame back is seen and two sinks stand behind it: frame 5 is the first that is too far from them.
        assertThat(moves).containsExactly(1L, 2L, 3L);
        assertThat(moved).allSatisfy(keys -> assertThat(keys).containsExactly(moved.get(0)));
    }

    /** A turn of the ring changes where frames lie, but asks for no new plan. */
    @Test
    void plansAreSharedByAllTurnsOfTheRing() {
        Branch high = new Branch(HEADS, 1, 3, 3, 1, KeyFrames.DILATED, LightCone.NONE);
        Grid frame = new Grid(1, 8, 8);
        Scopes.runWithoutGrad(() -> {
            Tensor x = random(1, frame, ScalarType.Float);
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(high, frame, 1, plans)) {
                for (int f = 0; f < 50; f++) {
                    cache.attend(x, x, x);
                    cache.commit();
                }
                assertThat(plans.created()).as("for one, two and three frames").isEqualTo(3);
            }
        });
    }

    /**
     * A light cone so slow that a sink seen through it widens for hundreds of frames takes a plan for each width, no
     * more.
     */
    @Test
    void plansAreSharedByAllFramesThatSeeASinkAlike() {
        LightCone slow = new LightCone(1, 50);
        Branch high = new Branch(HEADS, 1, 3, 1, 2, 1, 1, KeyFrames.DILATED, slow);
        Grid frame = new Grid(1, 8, 8);
        Scopes.runWithoutGrad(() -> {
            Tensor x = random(1, frame, ScalarType.Float);
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(high, frame, 1, plans)) {
                for (int f = 0; f < 400; f++) {
                    cache.attend(x, x, x);
                    cache.commit();
                }
                // Windows of 3, 5 and 7 tokens, and of all 8; places of frames in the ring are few.
                assertThat(plans.created()).isLessThan(16);
            }
        });
    }

    /** A window over all frames so far needs a new plan for every frame; only the newest is kept. */
    @Test
    void aWindowWithoutLimitKeepsOnePlan() {
        Branch growing = new Branch(HEADS, 1, 3, Branch.ALL, 1, KeyFrames.DILATED, LightCone.NONE);
        Grid frame = new Grid(1, 8, 8);
        Scopes.runWithoutGrad(() -> {
            Tensor x = random(1, frame, ScalarType.Float);
            try (AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(growing, frame, 1, plans)) {
                for (int f = 0; f < 20; f++) {
                    cache.attend(x, x, x);
                    cache.attend(x, x, x);
                    cache.commit();
                }
                assertThat(plans.created()).isZero();
                Tensor two = random(1, new Grid(2, 8, 8), ScalarType.Float);
                assertThatThrownBy(() -> cache.attend(two, two, two))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the cache was made for at most 1 frames of 64 tokens, not for 128 tokens");
            }
        });
    }

    @Test
    void theRingKeepsItsPlaceInMemory() {
        Branch anchored = new Branch(HEADS, 1, 0, 3, 4, KeyFrames.ANCHORED, LightCone.NONE);
        Grid frame = new Grid(1, 4, 4);
        Scopes.runWithoutGrad(() -> {
            Tensor x = random(1, frame, ScalarType.Float);
            try (FrameRing ring = new FrameRing(16, 1, 0, 2);
                    AttentionPlans plans = new AttentionPlans();
                    FrameCache cache = new FrameCache(anchored, frame, 1, plans)) {
                ring.show(0, x, x);
                long place = ring.allKeys().data_ptr().address();
                for (int f = 0; f < 40; f++) {
                    ring.show(0, x, x);
                    ring.remember(f, 0);
                    cache.attend(x, x, x);
                    cache.commit();
                }
                assertThat(ring.allKeys().data_ptr().address()).isEqualTo(place);
                assertThat(plans.created()).as("whole frames are read in place").isZero();
            }
        });
    }

    @Test
    void aForgottenFrameIsNotFound() {
        Scopes.runWithoutGrad(() -> {
            Tensor x = random(1, new Grid(1, 1, 1), ScalarType.Float);
            try (FrameRing ring = new FrameRing(1, 1, 0, 1)) {
                assertThatThrownBy(ring::allKeys).isInstanceOf(IllegalStateException.class);
                ring.show(0, x, x);
                ring.remember(0, 0);
                ring.remember(1, 0);
                assertThat(ring.slot(1)).isEqualTo(1);
                assertThatThrownBy(() -> ring.slot(0))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("frame 0 is not remembered");
                assertThat(Tensors.floats(ring.keys(1, 1))).containsExactly(Tensors.floats(x));
            }
        });
    }
}
