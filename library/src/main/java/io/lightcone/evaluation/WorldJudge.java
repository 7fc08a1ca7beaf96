// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.evaluation.WorldJudgement.FrameVerdict;
import io.lightcone.video.Clip;
import io.lightcone.world.World;
import io.lightcone.world.World.Obedience;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges a video of a world by what its frames show. Each frame is read; consecutive frames that are read are held
 * against the rules of the world and against the action between them; a frame that follows some that are not read is
 * held against the last one that was, as far as rules can be decided so; and each is compared with the simulator, which
 * is run under the same actions from the same state. Everything is exact and the same at every call. It takes what the
 * reader takes, a few milliseconds a frame, and keeps no pictures.
 *
 * @param <S> the state of the world
 * @param <V> what a picture shows of it
 */
public final class WorldJudge<S, V> {
    /** The most consecutive views that a rule looks at. */
    private static final int RECENT = 3;

    private final World<S, V> world;
    private final List<FrameVerdict> verdicts = new ArrayList<>();
    /** The views of the last frames without a gap: empty if the last one was not read. */
    private final List<V> recent = new ArrayList<>();

    /** The last view that was read, or the true one before the first frame. */
    private V last;

    /** The frames since then that could not be read. */
    private int missed;

    private S truth;

    /**
     * Begins before the first frame to be judged.
     *
     * @param start the true state that this frame follows
     */
    public WorldJudge(World<S, V> world, S start) {
        this.world = world;
        this.truth = start;
        this.last = world.visible(start);
        recent.add(last);
    }

    /**
     * Judges a clip, which carries the actions that led to its frames.
     *
     * @param start the true state that its first frame follows
     * @throws IllegalArgumentException if it has no actions, or frames of another size than those of worlds
     */
    public static <S, V> WorldJudgement judge(World<S, V> world, S start, Clip clip) {
        List<Integer> actions = clip.tags().actions();
        if (actions.size() != clip.frames()) {
            throw new IllegalArgumentException(clip.name() + " does not say which action led to each frame");
        }
        WorldJudge<S, V> judge = new WorldJudge<>(world, start);
        for (int frame = 0; frame < clip.frames(); frame++) {
            judge.add(clip.slice(frame, 1).pixels(), actions.get(frame));
        }
        return judge.judgement();
    }

    /**
     * Judges the next frame.
     *
     * @param image unsigned bytes in the order H, W, C
     * @param action what led to it from the frame before
     */
    public FrameVerdict add(byte[] image, int action) {
        truth = world.step(truth, action);
        Optional<V> read = world.read(image);
        FrameVerdict verdict = read.map(view -> verdict(view, action)).orElse(FrameVerdict.UNREADABLE);
        if (read.isEmpty()) {
            recent.clear();
            missed++;
        }
        verdicts.add(verdict);
        return verdict;
    }

    private FrameVerdict verdict(V view, int action) {
        Map<String, Double> errors = world.differences(view, world.visible(truth));
        boolean follows = !recent.isEmpty();
        Obedience obedience = follows ? world.obedience(last, action, view) : Obedience.UNKNOWN;
        recent.add(view);
        if (recent.size() > RECENT) {
            recent.remove(0);
        }
        List<String> broken =
                follows ? world.broken(List.copyOf(recent), action) : world.brokenAcross(last, missed + 1, view);
        last = view;
        missed = 0;
        return new FrameVerdict(true, follows, broken, obedience, errors);
    }

    /** Returns what has been found so far. */
    public WorldJudgement judgement() {
        return new WorldJudgement(verdicts);
    }
}
