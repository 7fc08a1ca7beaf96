// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Tests that denoising plans follow the rule of the AD scheduler and refuse what does not fit a window. */
class DenoisingPlanTest {
    /** Runs a test on all plans of up to 12 steps, 8 frames to generate, 2 given frames and blocks of 3. */
    private static void forAll(Consumer<DenoisingPlan> test) {
        for (int steps = 1; steps <= 12; steps++) {
            for (int gap = 0; gap <= steps; gap++) {
                for (int frames = 1; frames <= 8; frames++) {
                    for (int prefix = 0; prefix <= 2; prefix++) {
                        for (int block = 1; block <= 3; block++) {
                            test.accept(new DenoisingPlan(prefix + frames, prefix, steps, gap, block));
                        }
                    }
                }
            }
        }
    }

    /**
     * The closed form gives what the rule behind it gives: a block advances if it is the first or the one before it was
     * finished in the previous row, else it stays {@code gap} steps behind that one.
     */
    @Test
    void theClosedFormOfAPlanFollowsItsRule() {
        forAll(plan -> {
            int[] done = new int[plan.frames()];
            Arrays.fill(done, 0, plan.prefix(), plan.steps());
            long row = 0;
            while (done[plan.frames() - 1] < plan.steps()) {
                row++;
                int[] next = done.clone();
                for (int f = plan.prefix(); f < plan.frames(); f++) {
                    int before = f - plan.block(); // in the block before, which is always full
                    boolean free = before < plan.prefix() || done[before] == plan.steps();
                    int wanted = free ? done[f] + 1 : next[before] - plan.gap();
                    next[f] = Math.max(0, Math.min(plan.steps(), wanted));
                }
                for (int f = 0; f < plan.frames(); f++) {
                    check(plan.done(row, f) == next[f], plan);
                    check(plan.updates(row, f) == next[f] > done[f], plan);
                }
                done = next;
            }
            check(plan.rows() == row, plan);
        });
    }

    /** Throws like an assertion, but is fast enough for millions of calls. */
    private static void check(boolean holds, DenoisingPlan plan) {
        if (!holds) {
            throw new AssertionError(plan);
        }
    }

    @Test
    void everyFrameIsUpdatedJustOftenEnoughAndLevelsRiseOverFrames() {
        forAll(plan -> {
            for (int f = 0; f < plan.frames(); f++) {
                int updates = 0;
                for (long row = 1; row <= plan.rows(); row++) {
                    updates += plan.updates(row, f) ? 1 : 0;
                    check(f == 0 || plan.done(row, f) <= plan.done(row, f - 1), plan);
                }
                check(updates == (f < plan.prefix() ? 0 : plan.steps()), plan);
                check(plan.done(plan.rows(), f) == plan.steps(), plan);
            }
        });
    }

    @Test
    void rowsSayWhichFramesTheyUpdate() {
        forAll(plan -> {
            long number = 0;
            int most = 0;
            for (DenoisingPlan.Row row : plan) {
                number++;
                check(row.number() == number, plan);
                for (int f = 0; f < plan.frames(); f++) {
                    boolean inside = f >= row.first() && f < row.first() + row.count();
                    check(plan.updates(number, f) == inside, plan);
                    if (inside) {
                        check(row.from()[f - row.first()] == plan.level(plan.done(number - 1, f)), plan);
                        check(row.to()[f - row.first()] == plan.level(plan.done(number, f)), plan);
                    }
                }
                most = Math.max(most, row.count());
            }
            check(number == plan.rows(), plan);
            check(plan.inWork() == most, plan);
        });
    }

    @Test
    void rowsEndWithTheLast() {
        DenoisingPlan plan = DenoisingPlan.ad(3, 0, 2, 1);
        var rows = plan.iterator();
        rows.forEachRemaining(row -> assertThat(row.number()).isLessThanOrEqualTo(4));
        assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
        assertThatThrownBy(() -> plan.row(5)).hasMessage("there is no row 5 among 4");
        assertThatThrownBy(() -> plan.row(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callsOfTheNetworkAreAsManyAsPublished() {
        int[] gaps = {0, 1, 5, 10, 15, 20, 25, 50};
        long[] rows = {50, 65, 125, 200, 275, 350, 425, 800};
        for (int i = 0; i < gaps.length; i++) {
            assertThat(DenoisingPlan.ad(16, 0, 50, gaps[i]).rows()).isEqualTo(rows[i]);
        }
        assertThat(DenoisingPlan.ad(128, 0, 50, 5).rows()).isEqualTo(685);
    }

    @Test
    void noGapIsSynchronousAndTheFullGapIsFrameByFrame() {
        DenoisingPlan together = DenoisingPlan.synchronous(5, 2, 4);
        assertThat(together.rows()).isEqualTo(4);
        for (DenoisingPlan.Row row : together) {
            assertThat(row.first()).isEqualTo(2);
            assertThat(row.count()).isEqualTo(3);
        }
        DenoisingPlan single = DenoisingPlan.frameByFrame(5, 2, 4);
        assertThat(single.rows()).isEqualTo(12);
        for (DenoisingPlan.Row row : single) {
            assertThat(row.first()).isEqualTo(2 + (int) (row.number() - 1) / 4);
            assertThat(row.count()).isEqualTo(1);
        }
    }

    @Test
    void aLastBlockThatIsNotFullIsPlanned() {
        DenoisingPlan plan = new DenoisingPlan(8, 1, 4, 4, 3);
        assertThat(plan.rows()).isEqualTo(12);
        assertThat(plan.row(12).first()).isEqualTo(7);
        assertThat(plan.row(12).count()).isEqualTo(1);
        assertThat(plan.done(12, 7)).isEqualTo(4);
    }

    @Test
    void aPlanWithoutEndHasARowOfAnyNumber() {
        DenoisingPlan plan = new DenoisingPlan(DenoisingPlan.ENDLESS, 3, 10, 2, 2);
        assertThat(plan.endless()).isTrue();
        assertThat(plan.rows()).isEqualTo(Long.MAX_VALUE);
        assertThat(plan.inWork()).isEqualTo(10);
        for (long number : new long[] {1, 2, 9, 10, 11, 12, 1_000_001}) {
            DenoisingPlan.Row row = plan.row(number);
            long last = (number - 1) / 2;
            long first = Math.max(0, Math.floorDiv(number - 11, 2L) + 1);
            assertThat(row.first()).isEqualTo((int) (3 + 2 * first));
            assertThat(row.count()).isEqualTo((int) (2 * (last - first + 1)));
            assertThat(Arrays.stream(row.to())).allMatch(level -> level >= 0 && level < 1);
        }
        assertThat(plan.iterator().next().number()).isEqualTo(1);
        assertThatThrownBy(() -> DenoisingPlan.synchronous(DenoisingPlan.ENDLESS, 0, 10))
                .hasMessageContaining("choose a gap between 1 and 10");
    }

    @Test
    void framesMustFinishBeforeTheyLeaveTheWindow() {
        assertThatThrownBy(() -> DenoisingPlan.ad(32, 0, 50, 3).requireFits(16))
                .hasMessage("the plan has 17 frames in work at once, but the model sees 16, so frames would stay"
                        + " unfinished; choose a gap between 4 and 50");
        assertThatCode(() -> DenoisingPlan.ad(32, 0, 50, 4).requireFits(16)).doesNotThrowAnyException();
        assertThatCode(() -> DenoisingPlan.ad(16, 0, 50, 1).requireFits(16))
                .as("all fit")
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> DenoisingPlan.synchronous(17, 0, 50).requireFits(16))
                .hasMessageContaining("17 frames in work")
                .hasMessageEndingWith("choose a gap between 4 and 50");
        assertThatThrownBy(() -> new DenoisingPlan(64, 0, 50, 50, 20).requireFits(16))
                .hasMessage("blocks of 20 frames do not fit into the 16 frames that the model sees at once; choose a"
                        + " block between 1 and 16");
    }

    @Test
    void framesInWorkTogetherMustSeeWhatCameBefore() {
        assertThatThrownBy(() -> DenoisingPlan.synchronous(20, 4, 50).requireFits(16))
                .hasMessage(
                        "the plan has 16 frames in work at once, which are all that the model sees, so they would not"
                                + " see the frames before them; generate at most 15, or choose a gap between 1 and 50");
        assertThatThrownBy(() -> new DenoisingPlan(64, 0, 50, 50, 16).requireFits(16))
                .hasMessageEndingWith("choose a block between 1 and 15");
        assertThatCode(() -> DenoisingPlan.synchronous(16, 0, 50).requireFits(16))
                .doesNotThrowAnyException();
        assertThatCode(() -> DenoisingPlan.synchronous(19, 4, 50).requireFits(16))
                .doesNotThrowAnyException();
    }

    /** The gap that a message names is the smallest that fits. */
    @Test
    void theSuggestedGapIsTheSmallestThatFits() {
        for (int window = 1; window <= 6; window++) {
            int room = window;
            forAll(plan -> {
                if (plan.block() > room || plan.frames() - plan.prefix() <= room) {
                    return;
                }
                int smallest = (int) LongStream.rangeClosed(0, plan.steps())
                        .filter(gap -> fits(plan, (int) gap, room))
                        .findFirst()
                        .orElseThrow();
                if (plan.gap() >= smallest && plan.inWork() < room) {
                    plan.requireFits(room);
                } else if (plan.gap() < smallest) {
                    assertThatThrownBy(() -> plan.requireFits(room))
                            .hasMessageContaining("choose a gap between " + smallest + " and " + plan.steps());
                }
            });
        }
    }

    /** Returns whether frames finish in time, if there are as many as ever can be in work at once. */
    private static boolean fits(DenoisingPlan plan, int gap, int window) {
        return new DenoisingPlan(200, 0, plan.steps(), gap, plan.block()).inWork() <= window;
    }

    /** A plan that begins anew generates the frames behind those that are finished as the plan of given ones does. */
    @Test
    void aPlanBeginsAnewBehindFinishedFrames() {
        DenoisingPlan plan = new DenoisingPlan(DenoisingPlan.ENDLESS, 2, 4, 4, 3);
        assertThat(plan.behind(5)).isEqualTo(new DenoisingPlan(DenoisingPlan.ENDLESS, 5, 4, 4, 3));
        assertThat(plan.withSteps(1)).isEqualTo(new DenoisingPlan(DenoisingPlan.ENDLESS, 2, 1, 1, 3));
        for (int frame = 5; frame < 12; frame++) {
            for (int row = 0; row < 9; row++) { // the next block starts with row 5
                check(plan.done(row + 4, frame) == plan.behind(5).done(row, frame), plan);
            }
        }
        DenoisingPlan staggered = DenoisingPlan.ad(DenoisingPlan.ENDLESS, 0, 4, 2);
        assertThatThrownBy(() -> staggered.withSteps(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("blocks 2 updates behind each other cannot have other steps");
    }

    @Test
    void badPlansAreRefused() {
        assertThatThrownBy(() -> DenoisingPlan.frameByFrame(2, 2, 4))
                .hasMessage("a plan needs at least one step and one frame to generate, not 4 steps and 0 frames");
        assertThatThrownBy(() -> DenoisingPlan.ad(2, 0, 4, 5))
                .hasMessage("the gap must lie between 0 and the 4 steps, not 5");
        assertThatThrownBy(() -> DenoisingPlan.ad(2, 0, 4, -1)).hasMessageContaining("not -1");
        assertThatThrownBy(() -> new DenoisingPlan(2, 0, 4, 1, 0))
                .hasMessage("a block must have at least 1 frame, not 0");
    }
}
