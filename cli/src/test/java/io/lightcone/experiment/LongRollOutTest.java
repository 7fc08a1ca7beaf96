// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.data.MovingDigits;
import io.lightcone.data.MovingDigitsConfig;
import io.lightcone.experiment.LongRollOut.Milestone;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LongRollOutTest {
    private static final MovingDigitsConfig DATA = MovingDigitsConfig.of(24, 1, 12, 1);
    private static final AtomicInteger CHECKS = new AtomicInteger();
    private static final DigitMatch MATCH = DigitMatch.of(DATA, CHECKS::incrementAndGet);

    @Test
    void milestonesArePowersOfTenAndTheEnd() {
        assertThat(LongRollOut.milestones(10_000)).containsExactly(100, 1_000, 10_000);
        assertThat(LongRollOut.milestones(300)).containsExactly(100, 300);
    }

    /** Digits are in half of the videos, then in none: each milestone measures its own frames. */
    @Test
    void aMilestoneMeasuresTheFramesSinceTheOneBefore() {
        Clip digit = recognised();
        Clip black = new Clip("black", 1, 24, 24, 1, new byte[24 * 24]);
        double light = IntStream.range(0, digit.pixels().length)
                .mapToDouble(i -> digit.pixels()[i] & 0xff)
                .sum();
        RecentFrames recent = new RecentFrames(MATCH, light);
        int before = CHECKS.get();
        List<Clip> half = new ArrayList<>(Collections.nCopies(LongRollOut.CLIPS / 2, digit));
        half.addAll(Collections.nCopies(LongRollOut.CLIPS / 2, black));
        for (double seconds : new double[] {8, 80, 16}) {
            recent.add(half, seconds);
        }
        Milestone first = recent.milestone(3);
        assertThat(first.frame()).isEqualTo(3);
        assertThat(CHECKS).as("one can cancel at any frame").hasValue(before + 3 * LongRollOut.CLIPS);
        assertThat(first.recognisable().value()).isCloseTo(0.5, Offset.offset(1e-9));
        assertThat(first.recognisable().error())
                .as("over videos, not over frames")
                .isCloseTo(0.19, Offset.offset(0.01));
        assertThat(first.brightness().value()).isCloseTo(0.5, Offset.offset(1e-9));
        assertThat(first.secondsPerFrame()).as("the median, of one of 8 videos").isEqualTo(2);

        recent.add(Collections.nCopies(LongRollOut.CLIPS, black), 24);
        Milestone second = recent.milestone(4);
        assertThat(second.recognisable()).isEqualTo(new Mean(0, 0));
        assertThat(second.brightness()).isEqualTo(new Mean(0, 0));
        assertThat(second.secondsPerFrame()).isEqualTo(3);

        assertThat(second.residentBytes()).isPositive();
    }

    @Test
    void memoryGrowthIsCountedFromTheSettledFrameToTheLastMilestone() {
        Mean any = new Mean(0.95, 0.01);
        List<Milestone> milestones =
                List.of(new Milestone(100, any, any, 1, 900), new Milestone(300, any, any, 1, 1_030));
        LongRollOut measured = new LongRollOut(milestones, any, Map.of(), 1_000, 1);
        assertThat(measured.growth()).isCloseTo(0.03, Offset.offset(1e-9));
    }

    /** A machine that becomes slower all the time, and stands still once, is as slow for both. */
    @Test
    void rollOutsThatTakeTurnsAreComparedAsOnOneMachine() {
        AtomicLong clock = new AtomicLong();
        List<String> order = new ArrayList<>();
        BiFunction<String, Integer, Runnable> runner = (who, nanoseconds) -> () -> {
            order.add(who);
            double slower = 1 + 0.001 * order.size();
            int hiccup = order.size() == 7 ? 1_000_000_000 : 0;
            clock.addAndGet(Math.round(nanoseconds * slower) + hiccup);
        };
        double ratio = LongRollOut.ratio(runner.apply("old", 3_000_000), runner.apply("young", 2_000_000), clock::get);
        assertThat(ratio).isCloseTo(1.5, Offset.offset(0.01));
        assertThat(order).hasSize(2 * LongRollOut.ROUNDS).startsWith("old", "young", "young", "old", "old", "young");
    }

    private static Clip recognised() {
        MovingDigits digits = MovingDigits.of(DATA, 1);
        return IntStream.range(0, 100)
                .mapToObj(digits::heldOut)
                .filter(clip -> MATCH.recognises(clip, 0))
                .findFirst()
                .orElseThrow();
    }
}
