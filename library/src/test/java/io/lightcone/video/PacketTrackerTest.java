// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PacketTrackerTest {
    private static final long NONE = AV_NOPTS_VALUE;

    /** The order in which I P B B P B B P B B are shown. */
    private static final long[] WITH_B = {0, 3, 1, 2, 6, 4, 5, 9, 7, 8};

    private final PacketTracker tracker = new PacketTracker(true);
    private int sent;

    private void send(long... stamps) {
        for (long stamp : stamps) {
            sent++;
            tracker.sent(sent, stamp, sent);
        }
    }

    /** Receives these pictures, and returns those that come after a gap. */
    private List<Integer> come(int... numbers) {
        List<Integer> gaps = new ArrayList<>();
        for (int number : numbers) {
            if (tracker.received(number, number == 1 || number == 4, false)) {
                gaps.add(number);
            }
        }
        return gaps;
    }

    @Test
    void nothingIsMissingWhereEveryPictureComes() {
        send(WITH_B);
        assertThat(come(1, 3, 4, 2, 6, 7, 5, 9, 10, 8)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }

    @Test
    void aPictureThatNeverComesLeavesAGapWhereItWasToBeShown() {
        send(WITH_B);
        assertThat(come(1, 3, 2, 6, 7)).as("without 4, shown before 2").containsExactly(2);
        assertThat(come(9, 10, 8)).as("without 5, shown before 9").containsExactly(9);
        assertThat(tracker.missing()).isEqualTo(2);
        assertThat(tracker.atTheBeginning()).isFalse();
    }

    @Test
    void picturesThatNeedAMissingKeyFrameAreMissingAtTheBeginning() {
        send(1, 2, 3, 4, 5);
        assertThat(come(4, 5)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).isEqualTo(3);
        assertThat(tracker.atTheBeginning()).isTrue();
    }

    @Test
    void whereNoPictureComesAllAreMissing() {
        send(1, 2, 3);
        tracker.end();
        assertThat(tracker.missing()).isEqualTo(3);
        assertThat(tracker.atTheBeginning()).isTrue();
    }

    @Test
    void picturesDecodedAfterTheFirstKeyFrameButShownBeforeItAreNotExpected() {
        send(2, 0, 1, 5, 3, 4);
        assertThat(come(1, 5, 6, 4)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }

    @Test
    void picturesBehindAFirstPictureThatIsNoKeyFrameAreMissing() {
        send(2, 0, 1, 5, 3, 4);
        assertThat(tracker.received(1, false, false)).isFalse();
        assertThat(come(5, 6, 4)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).isEqualTo(2);
        assertThat(tracker.atTheBeginning()).isTrue();
    }

    @Test
    void withoutTimeStampsPicturesRightBehindTheFirstAreNotExpected() {
        send(NONE, NONE, NONE, NONE, NONE, NONE, NONE);
        assertThat(come(1, 5, 4, 7)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).as("6 alone").isEqualTo(1);
    }

    @Test
    void withoutTimeStampsAPictureIsMissingWhenNoDecoderCouldHoldItBack() {
        send(IntStream.range(0, 200).mapToLong(i -> NONE).toArray());
        int[] most = IntStream.rangeClosed(1, 200).filter(i -> i != 100).toArray();
        assertThat(come(most)).hasSize(1).first().matches(gap -> gap > 100 && gap < 180);
        assertThat(tracker.missing()).isEqualTo(1);
    }

    @Test
    void wrongTimeStampsCostOneGapAndNoPicture() {
        long[] stamps = IntStream.range(0, 100).mapToLong(i -> i).toArray();
        send(stamps);
        int[] shown = IntStream.iterate(2, i -> i < 100, i -> i + 3)
                .flatMap(i -> IntStream.of(i + 1, i + 2, i))
                .toArray();
        assertThat(come(1)).isEmpty();
        assertThat(come(shown)).hasSize(1);
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }

    @Test
    void timeStampsThatBeginAgainMakeNoPictureMissing() {
        for (int i = 0; i < 6; i++) {
            tracker.sent(++sent, 1000 + WITH_B[i], 1000 + i);
        }
        for (int i = 0; i < 6; i++) {
            tracker.sent(++sent, WITH_B[i], i);
        }
        assertThat(come(1, 3, 4, 2, 6, 5, 7, 9, 10, 8, 12, 11)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }

    @Test
    void twoFieldsOfOnePictureCountOnce() {
        send(0, 1, 2, 3, 4, 4);
        assertThat(tracker.received(1, true, true)).isFalse();
        assertThat(tracker.received(3, false, true)).isFalse();
        assertThat(tracker.received(5, false, false)).as("two of one time").isFalse();
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }

    @Test
    void aPacketWhoseErrorIsKnownIsNotMissing() {
        send(0, 1, 2);
        tracker.failed(2);
        assertThat(come(1, 3)).isEmpty();
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }

    @Test
    void nothingIsExpectedOfADecoderThatGivesNoPacketNumbers() {
        send(0, 1, 2);
        assertThat(come(0)).isEmpty();
        send(3, 4);
        tracker.end();
        assertThat(tracker.missing()).isZero();
    }
}
