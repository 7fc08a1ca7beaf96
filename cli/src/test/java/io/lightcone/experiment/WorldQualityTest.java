// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.lightcone.evaluation.WorldJudgement;
import io.lightcone.evaluation.WorldJudgement.FrameVerdict;
import io.lightcone.experiment.WorldQuality.Span;
import io.lightcone.world.World.Obedience;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class WorldQualityTest {
    private static final int FRAMES = 10_000;
    private static final Offset<Double> EXACT = Offset.offset(1e-12);
    private static final FrameVerdict GOOD = new FrameVerdict(true, true, List.of(), Obedience.FOLLOWED, Map.of());
    private static final FrameVerdict BROKEN =
            new FrameVerdict(true, true, List.of("ball passes wall"), Obedience.IGNORED, Map.of());
    private static final FrameVerdict NONE = new FrameVerdict(false, false, List.of(), Obedience.UNKNOWN, Map.of());

    private static List<FrameVerdict> good() {
        return new ArrayList<>(Collections.nCopies(FRAMES, GOOD));
    }

    private static void set(List<FrameVerdict> video, int from, int count, FrameVerdict verdict) {
        Collections.fill(video.subList(from - 1, from - 1 + count), verdict);
    }

    /** Different things go wrong in two videos before frames 100, 1,000 and 10,000, and most of them in between. */
    @Test
    void aLongVideoIsJudgedBeforeFramesOfPowersOfTenAndInItsWorstStretch() {
        List<FrameVerdict> one = good();
        set(one, 100, 1, NONE);
        set(one, 9_901, 50, NONE);
        List<FrameVerdict> two = good();
        set(two, 901, 10, BROKEN);
        set(two, 4_321, 100, NONE);
        WorldQuality quality = new WorldQuality(
                List.of(new WorldJudgement(one), new WorldJudgement(two)), List.of(), List.of(), Double.NaN, List.of());

        List<Span> spans = quality.spans();
        assertThat(spans).extracting(Span::from).containsExactly(1, 901, 9_901);
        assertThat(spans).extracting(Span::to).containsExactly(100, 1_000, FRAMES);
        assertThat(spans.get(0).readable().value()).isCloseTo(199 / 200.0, EXACT);
        assertThat(spans.get(1).readable().value()).isCloseTo(1, EXACT);
        assertThat(spans.get(1).brokenPerThousand()).isCloseTo(1000 * 10 / 200.0, EXACT);
        assertThat(spans.get(1).obedience()).isCloseTo(190 / 200.0, EXACT);
        assertThat(spans.get(2).readable().value()).isCloseTo(150 / 200.0, EXACT);

        Span worst = quality.worst();
        assertThat(worst.from()).isEqualTo(4_321);
        assertThat(worst.to()).isEqualTo(4_420);
        assertThat(worst.readable().value()).isZero();
        assertThat(quality.whole().readable().value()).isCloseTo(1 - 151 / (2.0 * FRAMES), EXACT);
    }
}
