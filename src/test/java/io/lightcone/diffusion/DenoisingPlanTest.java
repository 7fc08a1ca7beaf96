// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DenoisingPlanTest {
    /**
     * The closed form against the rule it comes from: a frame advances if it is the first to generate or the one before it
     * was finished in the previous row, else it stays {@code gap} steps behind that one.
     */
    @Property
    void theClosedFormIsTheRule(
            @ForAll @IntRange(min = 1, max = 12) int steps,
            @ForAll @IntRange(min = 1, max = 8) int frames,
            @ForAll @IntRange(min = 0, max = 3) int prefix,
            @ForAll @IntRange(min = 0, max = 12) int gap) {
        Assume.that(gap <= steps);
        DenoisingPlan plan = DenoisingPlan.ad(prefix + frames, prefix, steps, gap);
        int[] done = new int[frames];
        long row = 0;
        while (done[frames - 1] < steps) {
            row++;
            int[] next = new int[frames];
            for (int f = 0; f < frames; f++) {
                boolean free = f == 0 || done[f - 1] == steps;
                next[f] = Math.max(0, Math.min(steps, free ? done[f] + 1 : next[f - 1] - gap));
                assertThat(plan.done(row, prefix + f)).isEqualTo(next[f]);
                assertThat(plan.updates(row, prefix + f)).isEqualTo(next[f] > done[f]);
            }
            done = next;
        }
        assertThat(plan.rows()).isEqualTo(row);
    }

    @Property
    void everyFrameIsUpdatedJustOftenEnoughAndLevelsRiseOverFrames(
            @ForAll @IntRange(min = 1, max = 12) int steps,
            @ForAll @IntRange(min = 1, max = 8) int frames,
            @ForAll @IntRange(min = 0, max = 12) int gap) {
        Assume.that(gap <= steps);
        DenoisingPlan plan = DenoisingPlan.ad(frames + 2, 2, steps, gap);
        for (int f = 0; f < frames + 2; f++) {
            int updates = 0;
            for (long row = 1; row <= plan.rows(); row++) {
                updates += plan.updates(row, f) ? 1 : 0;
                if (f > 0) {
                    assertThat(plan.level(plan.done(row, f))).isGreaterThanOrEqualTo(plan.level(plan.done(row, f - 1)));
                }
            }
            assertThat(updates).isEqualTo(f < 2 ? 0 : steps);
        }
    }

    @Test
    void frameByFrameWorksOnOneFrameAtATime() {
        DenoisingPlan plan = DenoisingPlan.frameByFrame(5, 2, 4);
        assertThat(plan.rows()).isEqualTo(12);
        for (long row = 1; row <= 12; row++) {
            for (int f = 0; f < 5; f++) {
                assertThat(plan.updates(row, f)).isEqualTo(f == 2 + (row - 1) / 4);
            }
        }
    }

    @Test
    void aPlanWithoutAnythingToGenerateIsRefused() {
        assertThatThrownBy(() -> DenoisingPlan.frameByFrame(2, 2, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DenoisingPlan.ad(2, 0, 4, 5))
                .hasMessage("the gap must lie between 0 and the 4 steps, not 5");
    }
}
