// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lightcone.evaluation.WorldJudgement.FrameVerdict;
import io.lightcone.evaluation.WorldJudgement.Stretch;
import io.lightcone.video.Clip;
import io.lightcone.world.Play;
import io.lightcone.world.Policies;
import io.lightcone.world.Policy;
import io.lightcone.world.PongState;
import io.lightcone.world.PongView;
import io.lightcone.world.PongWorld;
import io.lightcone.world.World;
import io.lightcone.world.World.Obedience;
import io.lightcone.world.Worlds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorldJudgeTest {
    private static final int FRAMES = 400;

    private static <S> Play<S> played(World<S, ?> world, S start) {
        return Play.of(world, start, world.scripted(new SplittableRandom(5)), 0, FRAMES);
    }

    private static <S, V> Clip clip(World<S, V> world, Play<S> play) {
        return new Clip(
                "played", play.states().size(), 64, 64, 3, play.pictures(world), new Clip.Tags(-1, play.actions()));
    }

    /** The ceiling of every judgement. */
    @ParameterizedTest
    @ValueSource(strings = {"pong", "maze", "island"})
    void trueFramesArePerfect(String name) {
        judgesTrueFrames(Worlds.named(name, Worlds.LAYOUT));
    }

    private static <S, V> void judgesTrueFrames(World<S, V> world) {
        S start = world.reset(3);
        WorldJudgement judgement = WorldJudge.judge(world, start, clip(world, played(world, start)));
        assertThat(judgement.whole()).isEqualTo(new Stretch(1, FRAMES, 1, 0, 1));
        assertThat(judgement.worst(100)).isEqualTo(new Stretch(1, 100, 1, 0, 1));
        assertThat(judgement.brokenRules()).isEmpty();
        for (int frame : new int[] {1, 10, 100, FRAMES}) {
            assertThat(judgement.errorsAt(frame).values()).isNotEmpty().allMatch(error -> error < 0.15);
        }
    }

    /** A video that ignores its keys is a video of a world, but not of this game. */
    @ParameterizedTest
    @ValueSource(strings = {"pong", "maze", "island"})
    void framesOfOtherActionsDoNotObey(String name) {
        judgesOtherActions(Worlds.named(name, Worlds.LAYOUT));
    }

    private static <S, V> void judgesOtherActions(World<S, V> world) {
        S start = world.reset(3);
        Play<S> play = played(world, start);
        List<Integer> shuffled = new ArrayList<>(play.actions());
        Collections.reverse(shuffled);
        Clip clip = clip(world, play).with(new Clip.Tags(-1, shuffled));
        Stretch whole = WorldJudge.judge(world, start, clip).whole();
        assertThat(whole.readable()).isEqualTo(1);
        assertThat(whole.obedience()).isLessThan(0.75);
        assertThat(whole.brokenPerThousand()).isGreaterThan(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pong", "maze", "island"})
    void aVideoThatStandsStillIsFound(String name) {
        judgesStandstill(Worlds.named(name, Worlds.LAYOUT));
    }

    private static <S, V> void judgesStandstill(World<S, V> world) {
        S start = world.reset(3);
        Play<S> play = played(world, start);
        WorldJudge<S, V> judge = new WorldJudge<>(world, start);
        play.actions().forEach(action -> judge.add(world.draw(start), action));
        WorldJudgement judgement = judge.judgement();
        assertThat(judgement.whole().readable()).isEqualTo(1);
        assertThat(judgement.whole().obedience()).isLessThan(0.6);
        assertThat(judgement.errorsAt(FRAMES).values()).anyMatch(error -> error > 1);
    }

    /** After a frame that shows nothing, all rules are checked again from the second that does. */
    @Test
    void unreadableFramesBreakNoRulesAndAreTheWorstStretch() {
        unreadable(Worlds.named("island", Worlds.LAYOUT));
    }

    private static <S, V> void unreadable(World<S, V> world) {
        S start = world.reset(3);
        Play<S> play = played(world, start);
        WorldJudge<S, V> judge = new WorldJudge<>(world, start);
        List<FrameVerdict> verdicts = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            boolean grey = i >= 200 && i < 220;
            byte[] image =
                    grey ? new byte[64 * 64 * 3] : world.draw(play.states().get(i));
            verdicts.add(judge.add(image, play.actions().get(i)));
        }
        WorldJudgement judgement = judge.judgement();
        assertThat(judgement.frames()).isEqualTo(verdicts);
        assertThat(judgement.whole()).isEqualTo(new Stretch(1, FRAMES, 0.95, 0, 1));
        assertThat(judgement.worst(100)).isEqualTo(new Stretch(121, 100, 0.8, 0, 1));
        assertThat(judgement.stretch(201, 20).readable()).isZero();
        assertThat(judgement.stretch(201, 20).obedience()).isNaN();
        assertThat(judgement.stretch(201, 20).brokenPerThousand()).isNaN();
        assertThat(judgement.errorsAt(210)).isEmpty();
        assertThat(verdicts.get(220).readable()).isTrue();
        assertThat(verdicts.get(220).follows()).isFalse();
        assertThat(verdicts.get(220).obedience()).isEqualTo(Obedience.UNKNOWN);
        assertThat(verdicts.get(221).follows()).isTrue();
    }

    /** Whatever frames cannot be read: true ones break no rule, and are read over enough goals to tell. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9})
    void trueFramesWithGapsBreakNoRules(double share) {
        PongWorld pong = new PongWorld();
        int changes = 0;
        for (int seed = 0; seed < 3; seed++) {
            PongState start = pong.reset(seed);
            SplittableRandom random = new SplittableRandom(seed);
            Policy<PongState> policy = seed % 2 == 0 ? pong.scripted(random) : Policies.sticky(pong, random);
            Play<PongState> play = Play.of(pong, start, policy, 0, 3 * FRAMES);
            WorldJudge<PongState, PongView> judge = new WorldJudge<>(pong, start);
            int known = goals(start);
            boolean blank = false;
            for (int i = 0; i < play.states().size(); i++) {
                PongState state = play.states().get(i);
                boolean gap = blank;
                blank = random.nextDouble() < share;
                judge.add(
                        blank ? new byte[64 * 64 * 3] : pong.draw(state),
                        play.actions().get(i));
                changes += !blank && gap && goals(state) != known ? 1 : 0;
                known = blank ? known : goals(state);
            }
            WorldJudgement judgement = judge.judgement();
            assertThat(judgement.brokenRules()).as("seed %d", seed).isEmpty();
            assertThat(judgement.whole().readable()).isLessThan(1.05 - share);
        }
        assertThat(changes).as("goals behind gaps").isGreaterThan(5);
    }

    private static int goals(PongState state) {
        return 10 * state.view().ownScore() + state.view().opponentScore();
    }

    /** A score that is another one after frames that cannot be read counts as it does without them, up to 99 frames. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 30, 200})
    void aScoreThatJumpsAcrossAGapIsFound(int gap) {
        PongWorld pong = new PongWorld();
        PongState start = pong.reset(3);
        Play<PongState> play = played(pong, start);
        PongView first = start.view();
        WorldJudge<PongState, PongView> judge = new WorldJudge<>(pong, start);
        for (int i = 0; i <= gap; i++) {
            PongView view = play.states().get(i).view();
            PongView jumped = new PongView(
                    view.own(),
                    view.opponent(),
                    view.ballX(),
                    view.ballY(),
                    (first.ownScore() + 3) % 10,
                    first.opponentScore());
            judge.add(
                    i < gap ? new byte[64 * 64 * 3] : pong.picture(jumped),
                    play.actions().get(i));
        }
        WorldJudgement judgement = judge.judgement();
        assertThat(judgement.brokenRules())
                .isEqualTo(gap > 100 ? Map.of() : Map.of("the score changes by goals only", 1));
        assertThat(judgement.frames().get(gap).follows()).isEqualTo(gap == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"maze", "island"})
    void roundTripsOfTrueFramesAreExact(String name) {
        returns(Worlds.named(name, Worlds.LAYOUT));
    }

    private static <S, V> void returns(World<S, V> world) {
        S start = world.reset(9);
        List<Integer> trip = world.roundTrip(start, 24);
        int[] step = {0};
        Clip clip = clip(world, Play.of(world, start, state -> trip.get(step[0]++), 0, trip.size()));
        Clip first = new Clip("first", 1, 64, 64, 3, world.draw(start));
        RoundTrip whole = RoundTrip.of(world, first, 0, clip, clip.frames() - 1);
        assertThat(whole.psnr()).isEqualTo(100);
        assertThat(whole.differences().values()).isNotEmpty().containsOnly(0.0);
        RoundTrip half = RoundTrip.of(world, first, 0, clip, clip.frames() / 2 - 1);
        assertThat(half.psnr()).isLessThan(20);
        assertThat(half.differences().values()).anyMatch(difference -> difference > 0);
        Clip grey = new Clip("grey", 1, 64, 64, 3, new byte[64 * 64 * 3]);
        assertThat(RoundTrip.of(world, first, 0, grey, 0).differences()).isEqualTo(Map.of());
    }

    @Test
    void aClipWithoutActionsIsRefused() {
        Clip clip = new Clip("grey", 1, 64, 64, 3, new byte[64 * 64 * 3]);
        assertThatThrownBy(() -> refuse(Worlds.named("pong", 1), clip))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("grey does not say which action led to each frame");
    }

    private static <S, V> void refuse(World<S, V> world, Clip clip) {
        WorldJudge.judge(world, world.reset(1), clip);
    }
}
