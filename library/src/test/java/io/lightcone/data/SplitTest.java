// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.testing.Cases;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static FrameRange range(int video, int from, int to) {
        return new FrameRange(video, from, to);
    }

    private static Split of(List<Integer> lengths, int frames, double share) {
        return Split.of(lengths.stream().map(Segments::whole).toList(), frames, share);
    }

    private static Split ofClasses(List<Integer> lengths, List<Integer> labels, int frames, double share) {
        return Split.ofClasses(lengths.stream().map(Segments::whole).toList(), labels, frames, share);
    }

    @Test
    void longVideosGiveTheirEnds() {
        Split split = of(List.of(100, 50, 200), 10, 0.1);
        assertThat(split.training()).containsExactly(range(0, 0, 90), range(1, 0, 50), range(2, 0, 180));
        assertThat(split.heldOut()).containsExactly(range(0, 90, 100), range(2, 180, 200));
    }

    @Test
    void ofShortVideosSomeAreHeldOutWhole() {
        Split split = of(List.of(20, 20, 20, 20, 20, 20), 10, 0.34);
        assertThat(split.heldOut()).containsExactly(range(2, 0, 20), range(5, 0, 20));
        assertThat(split.training()).hasSize(4);
        Split two = of(List.of(12, 15), 10, 0.1);
        assertThat(two.training()).containsExactly(range(0, 0, 12));
        assertThat(two.heldOut()).containsExactly(range(1, 0, 15));
    }

    @Test
    void oneShortVideoGivesItsLastClipOrIsHeldOutItself() {
        assertThat(of(List.of(30), 10, 0.1).heldOut()).containsExactly(range(0, 20, 30));
        Split tiny = of(List.of(19), 10, 0.1);
        assertThat(tiny.overlapping()).isTrue();
        assertThat(tiny.heldOut()).isEqualTo(tiny.training()).containsExactly(range(0, 0, 19));
    }

    @Test
    void windowsAreCountedThroughAllRanges() {
        List<FrameRange> ranges = List.of(range(0, 0, 12), range(3, 5, 15));
        assertThat(Split.windows(ranges, 10)).isEqualTo(4);
        assertThat(Split.window(ranges, 10, 2)).isEqualTo(new Split.Window(0, 2));
        assertThat(Split.window(ranges, 10, 3)).isEqualTo(new Split.Window(3, 5));
    }

    @Test
    void nothingIsBothTrainedOnAndHeldOut() {
        Cases.check(300, draw -> {
            List<Integer> lengths = draw.show("lengths", draw.list(1, 30, () -> draw.between(8, 300)));
            double share = draw.between("share", 0.01, 0.9);
            Split split = of(lengths, 8, share);
            assertThat(Split.windows(split.training(), 8)).isPositive();
            assertThat(Split.windows(split.heldOut(), 8)).isPositive();
            assertThat(split.overlapping()).isEqualTo(lengths.size() == 1 && lengths.get(0) < 16);
            for (FrameRange training : split.training()) {
                for (FrameRange heldOut : split.heldOut()) {
                    boolean apart = training.video() != heldOut.video() || training.to() <= heldOut.from();
                    assertThat(apart || split.overlapping()).isTrue();
                }
            }
        });
    }

    @Test
    void noWindowGoesOverAGap() {
        Segments broken = new Segments(100, List.of(0, 30, 35, 80, 95));
        Split split = Split.of(List.of(broken, Segments.whole(50)), 10, 0.2);
        assertThat(split.training()).containsExactly(range(0, 0, 30), range(0, 35, 80), range(1, 0, 40));
        assertThat(split.heldOut()).containsExactly(range(0, 80, 95), range(1, 40, 50));
        assertThat(broken.longest()).isEqualTo(45);
        assertThat(broken.describe()).isEqualTo("100 frames in 5 stretches");
    }

    @Test
    void aVideoWhoseEndIsInPiecesIsTreatedAsAShortOne() {
        Segments pieces = new Segments(100, List.of(0, 85, 93));
        Split split = Split.of(List.of(pieces, pieces), 10, 0.15);
        assertThat(split.training()).containsExactly(range(0, 0, 85));
        assertThat(split.heldOut()).containsExactly(range(1, 0, 85));
    }

    @Test
    void oneVideoInSegmentsGivesItsLastClipOrItsLastSegment() {
        Split inTwo = Split.of(List.of(new Segments(45, List.of(0, 15))), 10, 0.1);
        assertThat(inTwo.training()).containsExactly(range(0, 0, 15), range(0, 15, 35));
        assertThat(inTwo.heldOut()).containsExactly(range(0, 35, 45));
        Split whole = Split.of(List.of(new Segments(34, List.of(0, 15))), 10, 0.1);
        assertThat(whole.training()).containsExactly(range(0, 0, 15));
        assertThat(whole.heldOut()).containsExactly(range(0, 15, 34));
        assertThat(whole.overlapping()).isFalse();
    }

    @Test
    void eachClassIsSplitByItself() {
        // Class 1 has a long video and a short one, class 0 two short ones, class 2 one clip, class 3 three clips in
        // one.
        Split split = ofClasses(List.of(100, 12, 12, 12, 15, 30), List.of(1, 0, 1, 0, 2, 3), 10, 0.1);
        assertThat(split.training())
                .containsExactly(range(1, 0, 12), range(0, 0, 90), range(2, 0, 12), range(4, 0, 15), range(5, 0, 20));
        assertThat(split.heldOut()).containsExactly(range(3, 0, 12), range(0, 90, 100), range(5, 20, 30));
        assertThat(split.overlapping()).isFalse();
        Split tiny = ofClasses(List.of(12, 15), List.of(0, 1), 10, 0.1);
        assertThat(tiny.overlapping()).isTrue();
        assertThat(tiny.heldOut()).isEqualTo(tiny.training()).hasSize(2);
    }

    @Test
    void everyClassIsTrainedOn() {
        Cases.check(300, draw -> {
            List<Integer> lengths = draw.show("lengths", draw.list(1, 30, () -> draw.between(8, 300)));
            int classes = draw.between("classes", 1, 6);
            double share = draw.between("share", 0.01, 0.9);
            List<Integer> labels = IntStream.range(0, lengths.size())
                    .mapToObj(video -> video * 7 % classes)
                    .toList();
            Split split = ofClasses(lengths, labels, 8, share);
            Set<Integer> trained = split.training().stream()
                    .filter(range -> range.windows(8) > 0)
                    .map(range -> labels.get(range.video()))
                    .collect(Collectors.toSet());
            assertThat(trained).containsExactlyInAnyOrderElementsOf(new HashSet<>(labels));
            assertThat(Split.windows(split.heldOut(), 8)).isPositive();
            for (FrameRange training : split.training()) {
                for (FrameRange heldOut : split.heldOut()) {
                    boolean apart = training.video() != heldOut.video() || training.to() <= heldOut.from();
                    assertThat(apart || split.overlapping()).isTrue();
                }
            }
        });
    }
}
