// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.world.World.Obedience;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The judgement of a video of a world, frame by frame: see {@link WorldJudge}. Frames are counted from 1, so frame 100
 * is the hundredth that was made.
 *
 * @param frames the verdicts, in order
 */
public record WorldJudgement(List<FrameVerdict> frames) {
    public WorldJudgement {
        frames = List.copyOf(frames);
    }

    /**
     * The verdict on one frame.
     *
     * @param readable whether it shows a state at all
     * @param follows whether the frame before it does too, so that all rules can be checked
     * @param broken the rules that it breaks; if it does not follow, those that were broken since the last frame that
     *     shows a state, whatever the frames between them showed
     * @param obedience whether what the player controls did what the action says
     * @param errors by how much it differs from the simulator under the same actions, by the world's measures; empty if
     *     it is not readable
     */
    public record FrameVerdict(
            boolean readable, boolean follows, List<String> broken, Obedience obedience, Map<String, Double> errors) {
        static final FrameVerdict UNREADABLE = new FrameVerdict(false, false, List.of(), Obedience.UNKNOWN, Map.of());
    }

    /**
     * The verdict on a stretch of frames. A share is NaN where nothing can be said.
     *
     * @param from number of its first frame
     * @param count number of its frames
     * @param readable share of frames that show a state
     * @param brokenPerThousand all broken rules, per 1,000 of the frames that are read and follow one that is read
     * @param obedience share of frames that do what the action says, of those where that can be told
     */
    public record Stretch(int from, int count, double readable, double brokenPerThousand, double obedience) {}

    /** Returns the verdict on all frames. */
    public Stretch whole() {
        return stretch(1, frames.size());
    }

    /**
     * Returns the verdict on {@code count} frames, the first of them number {@code from}.
     *
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public Stretch stretch(int from, int count) {
        Objects.checkFromIndexSize(from - 1, count, frames.size());
        int readable = 0;
        int following = 0;
        int broken = 0;
        int told = 0;
        int followed = 0;
        for (FrameVerdict frame : frames.subList(from - 1, from - 1 + count)) {
            readable += frame.readable ? 1 : 0;
            following += frame.follows ? 1 : 0;
            broken += frame.broken.size();
            told += frame.obedience == Obedience.UNKNOWN ? 0 : 1;
            followed += frame.obedience == Obedience.FOLLOWED ? 1 : 0;
        }
        return new Stretch(
                from,
                count,
                readable / (double) count,
                following == 0 ? Double.NaN : 1000.0 * broken / following,
                told == 0 ? Double.NaN : followed / (double) told);
    }

    /**
     * Returns the verdict on the worst {@code count} consecutive frames: those of which the fewest are readable; where
     * these are equally many, those that break the most rules, and then the first.
     *
     * @throws IndexOutOfBoundsException if there are not so many
     */
    public Stretch worst(int count) {
        Objects.checkFromIndexSize(0, count, frames.size());
        int worst = 0;
        long least = Long.MAX_VALUE;
        long sum = 0;
        for (int i = 0; i < frames.size(); i++) {
            sum += goodness(frames.get(i));
            sum -= i >= count ? goodness(frames.get(i - count)) : 0;
            if (i >= count - 1 && sum < least) {
                least = sum;
                worst = i - count + 1;
            }
        }
        return stretch(worst + 1, count);
    }

    private static long goodness(FrameVerdict frame) {
        return (frame.readable ? 1_000_000_000L : 0) - frame.broken.size();
    }

    /** Returns how often each rule is broken that is broken at all, by its name. */
    public Map<String, Integer> brokenRules() {
        Map<String, Integer> counts = new TreeMap<>();
        frames.forEach(frame -> frame.broken.forEach(rule -> counts.merge(rule, 1, Integer::sum)));
        return counts;
    }

    /**
     * Returns by how much frame {@code number} differs from the simulator, by the world's measures; nothing if it is
     * not readable.
     *
     * @throws IndexOutOfBoundsException if there is no such frame
     */
    public Map<String, Double> errorsAt(int number) {
        return frames.get(number - 1).errors;
    }
}
