// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.data.WorldClips;
import io.lightcone.data.WorldConfig;
import io.lightcone.experiment.WorldQuality.Return;
import io.lightcone.experiment.WorldQuality.Span;
import io.lightcone.experiment.WorldTrial.Extent;
import io.lightcone.experiment.WorldTrial.TrialListener;
import io.lightcone.video.Clip;
import io.lightcone.world.Play;
import io.lightcone.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorldTrialTest {
    private static final int GIVEN = 2;

    /** Counts frames, and cancels when there have been as many as are allowed. */
    private static final class Counter implements TrialListener {
        private final int most;
        private int made;
        private int announced;

        Counter(int most) {
            this.most = most;
        }

        @Override
        public void next(String sentence, int frames) {
            announced += frames;
        }

        @Override
        public void frame() {
            made++;
        }

        @Override
        public void check() {
            if (made >= most) {
                throw new CancellationException("enough");
            }
        }
    }

    private static TrialListener quiet() {
        return new Counter(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "maze", "island"})
    void trueFramesAreTheCeiling(String world) {
        Counter counter = new Counter(Integer.MAX_VALUE);
        WorldTrial<?, ?> trial = WorldTrial.ofTruth(WorldConfig.of(world), GIVEN, new Extent(130, 2, 2), counter);
        trial.run();
        assertThat(counter.made).as("as many frames as announced").isEqualTo(counter.announced);
        WorldQuality quality = trial.quality();
        assertThat(quality.frames()).isEqualTo(130);
        for (Span span :
                List.of(quality.whole(), quality.worst(), quality.spans().get(0))) {
            assertThat(span.readable()).isEqualTo(new Mean(1, 0));
            assertThat(span.brokenPerThousand()).isZero();
            assertThat(span.obedience()).isEqualTo(1);
        }
        assertThat(quality.brokenPerThousand()).isEmpty();
        assertThat(quality.distances()).extracting(WorldQuality.Distance::frame).containsExactly(1, 10, 100);
        assertThat(quality.distances()).allSatisfy(distance -> {
            assertThat(distance.psnr().value()).isCloseTo(100, Offset.offset(1e-9));
            assertThat(distance.readable()).isEqualTo(1);
            assertThat(distance.errors()).isNotEmpty();
            distance.errors()
                    .forEach((measure, error) ->
                            assertThat(error.value()).as(measure).isLessThan(0.2));
        });
        assertThat(quality.returns())
                .extracting(Return::after)
                .isEqualTo(world.equals("pong") ? List.of() : WorldTrial.RETURNS);
        assertThat(quality.returns()).allSatisfy(trip -> {
            assertThat(trip.psnr().value()).isCloseTo(100, Offset.offset(1e-9));
            assertThat(trip.readable()).isEqualTo(1);
            assertThat(trip.steps()).isEqualTo(world.equals("maze") ? 24 : 2 * WorldTrial.AWAY);
        });
        assertThat(quality.secondsPerFrame()).isNaN();
        assertThat(quality.moments()).hasSize(2 * 8).allMatch(WorldQuality.Moment::readable);
        assertThat(quality.moments().get(0).picture().pixels())
                .isEqualTo(quality.moments().get(0).truth().pixels());
    }

    /** Makes what {@code change} makes of each true frame. */
    private static <S> WorldVideos.Maker<S> changed(World<S, ?> world, Change change) {
        return plays -> {
            WorldVideos truth = WorldVideos.<S>truth(world, GIVEN).begin(plays);
            List<Clip> before = new ArrayList<>();
            return new WorldVideos() {
                private int number;

                @Override
                public List<Clip> next() {
                    List<Clip> next = truth.next();
                    number++;
                    List<Clip> changed = new ArrayList<>();
                    for (int i = 0; i < next.size(); i++) {
                        changed.add(change.of(number, next.get(i), before.isEmpty() ? next.get(i) : before.get(i)));
                    }
                    before.clear();
                    before.addAll(changed);
                    return changed;
                }

                @Override
                public void close() {}
            };
        };
    }

    private interface Change {
        Clip of(int frame, Clip truth, Clip before);
    }

    private static <S, V> WorldQuality judged(WorldClips<S, V> clips, int frames, Change change) {
        WorldTrial<S, V> trial =
                WorldTrial.of(clips, GIVEN, new Extent(frames, 2, 2), changed(clips.world(), change), quiet());
        trial.run();
        return trial.quality();
    }

    @Test
    void noiseIsNoState() {
        SplittableRandom random = new SplittableRandom(1);
        WorldQuality quality = judged(WorldTrial.played(WorldConfig.of("pong")), 20, (frame, truth, before) -> {
            byte[] pixels = new byte[truth.frameBytes()];
            random.nextBytes(pixels);
            return new Clip("noise", 1, truth.height(), truth.width(), truth.channels(), pixels);
        });
        assertThat(quality.whole().readable().value()).isZero();
        assertThat(quality.whole().obedience()).isNaN();
        assertThat(quality.whole().brokenPerThousand()).isNaN();
        assertThat(quality.distances()).allSatisfy(distance -> {
            assertThat(distance.psnr().value()).isLessThan(12);
            assertThat(distance.errors()).isEmpty();
        });
        assertThat(quality.moments()).noneMatch(WorldQuality.Moment::readable);
    }

    /** A picture that stands still shows a state, and breaks rules, and does not obey. */
    @Test
    void aPictureThatStandsStillIsFoundOut() {
        WorldQuality quality = judged(
                WorldTrial.played(WorldConfig.of("pong")), 60, (frame, truth, before) -> frame == 1 ? truth : before);
        assertThat(quality.whole().readable().value()).isEqualTo(1);
        assertThat(quality.whole().brokenPerThousand()).isGreaterThan(300);
        assertThat(quality.whole().obedience()).isLessThan(0.95);
        assertThat(quality.brokenPerThousand()).containsKey("the own paddle moves as its key says");
        assertThat(quality.brokenPerThousand().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isCloseTo(quality.whole().brokenPerThousand(), Offset.offset(1e-6));
        assertThat(quality.distances().get(1).errors().values())
                .anySatisfy(error -> assertThat(error.value()).isGreaterThan(5));
        assertThat(quality.distances().get(0).psnr().value()).isEqualTo(100);
        assertThat(quality.distances().get(1).psnr().value()).isLessThan(40);
    }

    /** The maze turns to grey while the player turns around: coming back is not what it was. */
    @Test
    void whoComesBackToAnotherPictureIsToldSo() {
        WorldQuality quality = judged(WorldTrial.played(WorldConfig.of("maze")), 40, (frame, truth, before) -> {
            byte[] grey = new byte[truth.frameBytes()];
            return frame < 20 || frame == 30 ? truth : new Clip("grey", 1, 64, 64, 3, grey);
        });
        assertThat(quality.returns()).hasSize(2).allSatisfy(trip -> {
            assertThat(trip.psnr().value()).isLessThan(20);
            assertThat(trip.readable()).isZero();
            assertThat(trip.differences()).isEmpty();
        });
    }

    @Test
    void aTrialThatIsStoppedHasJudgedWhatThereIs() {
        WorldTrial<?, ?> trial =
                WorldTrial.ofTruth(WorldConfig.of("pong"), GIVEN, new Extent(300, 2, 2), new Counter(250));
        assertThatThrownBy(trial::run).isInstanceOf(CancellationException.class);
        WorldQuality quality = trial.quality();
        assertThat(quality.frames()).isEqualTo(150);
        assertThat(quality.distances()).hasSize(3);
        assertThat(quality.spans()).extracting(Span::to).containsExactly(150);
        assertThat(quality.whole().readable().value()).isEqualTo(1);
    }

    @Test
    void momentsAreRoundAndTheEnd() {
        assertThat(WorldQuality.moments(1)).containsExactly(1);
        assertThat(WorldQuality.moments(100)).containsExactly(1, 2, 5, 10, 20, 50, 100);
        assertThat(WorldQuality.moments(120)).endsWith(50, 100, 120);
    }

    @Test
    void playsAreTheSameAtEveryLength() {
        WorldClips<?, ?> clips = WorldClips.of(WorldConfig.of("pong"), 3);
        Play<?> longer = clips.heldOutPlay(5, 9);
        assertThat(longer.states()).hasSize(9);
        assertThat(longer.states().subList(0, 3)).isEqualTo(clips.heldOutPlay(5).states());
    }
}
