// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameClockTest {
    private static final double UNIT = 0.04;

    private final FrameClock clock = new FrameClock(UNIT, 25, 25);

    /** Returns which frames begin a segment, for frames with these time stamps. */
    private List<Integer> cuts(long... stamps) {
        List<Integer> cuts = new ArrayList<>();
        for (int i = 0; i < stamps.length; i++) {
            if (clock.next(stamps[i], 1)) {
                cuts.add(i);
            }
        }
        return cuts;
    }

    @Test
    void aVariableRateIsNoJump() {
        assertThat(cuts(5, 6, 7, 32, 33, 180)).isEmpty();
        assertThat(clock.seconds()).isCloseTo(7, within(1e-9));
        assertThat(clock.remark()).isEmpty();
        assertThat(clock.framesPerSecond()).isEqualTo(25);
    }

    @Test
    void aJumpIsCutAndBothTimesAreNamed() {
        assertThat(cuts(0, 1, 2, 90_002, 90_003)).containsExactly(3);
        assertThat(clock.seconds())
                .as("the frame before the jump is shown as long as usual")
                .isCloseTo(0.16, within(1e-9));
        assertThat(clock.remark()).contains("its time stamps jump from 0.08 s to 3600.08 s");
        assertThat(clock.framesPerSecond()).isCloseTo(25, within(1e-9));
    }

    @Test
    void oneWrongStampCostsNoMoreThanTwoCuts() {
        assertThat(cuts(0, 1, 2, 1_000_000_000, 4, 5)).containsExactly(3, 4);
        assertThat(clock.seconds()).isCloseTo(0.2, within(1e-9));
        assertThat(clock.remark()).contains("its time stamps jump from 0.08 s to 40000000 s, and 1 time more");
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1, -90_000, 1L << 53, -(1L << 53)})
    void stampsOfAnySizeAreJumps(long stamp) {
        assertThat(cuts(0, 1, stamp, 3, 4)).containsExactly(2, 3);
        assertThat(clock.seconds()).isCloseTo(0.16, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE - 4, Long.MIN_VALUE + 1, 1L << 60})
    void stampsFarFromZeroKeepTheirSteps(long first) {
        assertThat(cuts(first, first + 1, first + 2, first + 4)).isEmpty();
        assertThat(clock.seconds()).isCloseTo(0.16, within(1e-9));
    }

    @Test
    void aStampALittleEarlierStandsStillAndAMissingStampFollows() {
        assertThat(cuts(0, 1, 2, 1, 3, AV_NOPTS_VALUE, AV_NOPTS_VALUE)).isEmpty();
        assertThat(clock.seconds()).isCloseTo(0.2, within(1e-9));
    }

    @Test
    void aFrameThatIsToLastForHoursLastsAsLongAsTheOthers() {
        clock.next(0, 1);
        clock.next(2, 1_000_000);
        assertThat(clock.length()).isCloseTo(0.08, within(1e-9));
        clock.next(4, 100);
        assertThat(clock.length()).as("some seconds are believed").isCloseTo(4, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1e9, 1e-9, 90_000})
    void anImpossibleRateIsMeasuredInstead(double rate) {
        FrameClock odd = new FrameClock(UNIT, rate, rate);
        for (int i = 0; i < 10; i++) {
            odd.next(2L * i, 0);
        }
        assertThat(odd.framesPerSecond()).isCloseTo(12.5, within(1e-9));
        assertThat(odd.length()).isCloseTo(0.08, within(1e-9));
    }

    @RepeatedTest(50)
    void timeNeverStandsLongerThanItMay(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        double before = 0;
        for (int i = 0; i < 1000; i++) {
            long stamp = random.nextInt(5) == 0 ? random.nextLong() >> random.nextInt(64) : i;
            clock.next(stamp, random.nextInt(3) == 0 ? random.nextLong() : 1);
            assertThat(clock.seconds() - before).isBetween(0.0, FrameClock.LONGEST_SECONDS + 1e-6);
            assertThat(clock.length()).isBetween(0.0, FrameClock.LONGEST_SECONDS);
            assertThat(clock.framesPerSecond()).isBetween(0.01, 1000.0);
            before = clock.seconds();
        }
    }
}
