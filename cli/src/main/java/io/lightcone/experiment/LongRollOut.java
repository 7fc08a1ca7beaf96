// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.data.MovingDigits;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.run.PictureRollOut;
import io.lightcone.run.RunConfig;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.ResidentMemory;
import io.lightcone.tensor.Scopes;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * The quality of a very long roll-out: whether digits are still recognisable, and what a frame costs in time and
 * memory. Several videos are generated together, each from the first frames of a held-out clip; a few frames are
 * examined, and all are dropped.
 *
 * @param milestones measurements on the way
 * @param truth share of true frames, of {@link #TRUE_CLIPS} other clips, that are recognisable by the same measure, in
 *     [0, 1]
 * @param spoiled the same share for digits that have been spoiled, by how: half of them erased, two of them mixed in
 *     one place, or blurred
 * @param settledBytes resident memory after {@link #SETTLED} frames
 * @param slowdown how many times as long a frame after all of them takes as one of the frames after {@link #SETTLED}:
 *     the videos and newly started ones were continued in turns, so that a machine that is slower at the end than at
 *     the beginning does not count, nor what slows the whole process; the median over {@link #ROUNDS}
 */
public record LongRollOut(
        List<Milestone> milestones, Mean truth, Map<String, Double> spoiled, long settledBytes, double slowdown) {
    /** The number of videos that are generated together. */
    public static final int CLIPS = 8;
    /** The number of clips whose frames tell how many true frames are taken for recognisable. */
    static final int TRUE_CLIPS = 200;
    /** The number of frames before a milestone that are examined and timed. */
    public static final int SPAN = 100;
    /** The number of frames after which memory should not grow any more. */
    public static final int SETTLED = 200;
    /** The number of rounds in which the frames after all that were asked for take turns with those of a new video. */
    public static final int ROUNDS = 15;
    /** The number of frames in a turn. */
    public static final int TURN = 20;
    /** The number of frames that are generated for these turns alone. */
    public static final int FOR_TIME = SETTLED + 2 * ROUNDS * TURN;

    /**
     * The measurements at one point of the roll-out.
     *
     * @param frame number of frames generated so far
     * @param recognisable share of the frames just before in which all digits are recognisable, video by video
     * @param brightness mean brightness of the same frames as a multiple of the true ones', video by video
     * @param secondsPerFrame seconds to generate one of them, median; of one video, all going together
     * @param residentBytes resident memory of the process
     */
    public record Milestone(
            int frame, Mean recognisable, Mean brightness, double secondsPerFrame, long residentBytes) {}

    /** Hears how the roll-out proceeds, and can cancel it. */
    public interface RollOutListener {
        /** Called when a frame of each video has been generated, one of those asked for or of {@link #FOR_TIME}. */
        void frame();

        /** Called before something else that takes some time, which the sentence names. */
        void next(String sentence);

        /** Called when a milestone has been measured. */
        void reached(Milestone milestone);

        /** Called often, by any thread; it may throw to cancel. */
        void check();
    }

    public LongRollOut {
        milestones = List.copyOf(milestones);
        spoiled = Collections.unmodifiableMap(new LinkedHashMap<>(spoiled));
    }

    /** Returns the share by which memory has grown since it was settled. */
    public double growth() {
        return (double) milestones.get(milestones.size() - 1).residentBytes / settledBytes - 1;
    }

    /**
     * Returns the frames at which {@code frames} are measured: powers of ten from {@link #SPAN} on, and the end, none
     * twice.
     */
    static List<Integer> milestones(int frames) {
        List<Integer> milestones = new ArrayList<>();
        for (long frame = SPAN; frame <= frames - SPAN; frame *= 10) {
            milestones.add((int) frame);
        }
        milestones.add(frames);
        return milestones;
    }

    /**
     * Rolls the model out and measures it at every milestone.
     *
     * @param frames frames to generate, at least {@link #SETTLED} and a {@link #SPAN}
     */
    public static LongRollOut of(RunModel model, int frames, RollOutListener listener) {
        int given = model.config().sampling().given();
        MovingDigits digits = MovingDigits.of(DigitsCandidates.digits(model.config()), given + SPAN);
        List<Clip> beginnings =
                IntStream.range(0, CLIPS).mapToObj(digits::heldOut).toList();
        List<Clip> others = IntStream.range(DigitMatch.CALIBRATED, DigitMatch.CALIBRATED + TRUE_CLIPS)
                .mapToObj(digits::heldOut)
                .toList();
        DigitMatch match = DigitMatch.of(DigitsCandidates.digits(model.config()), listener::check);
        MonitoredRollOut rollOut =
                new MonitoredRollOut(model, beginnings, given, new RecentFrames(match, RecentFrames.light(others)));
        Scopes.runWithoutGrad(() -> rollOut.run(frames, listener));
        listener.next("Looking for the digits of true frames and of spoiled ones");
        Mean truth = match.share(others, given, given + SPAN / 2, given + SPAN - 1);
        Map<String, Double> spoiled = new LinkedHashMap<>();
        for (SpoiledDigit how : SpoiledDigit.values()) {
            spoiled.put(
                    how.name().toLowerCase(Locale.ROOT),
                    match.share(how.of(others), 0).value());
        }
        return new LongRollOut(rollOut.milestones, truth, spoiled, rollOut.settledBytes, rollOut.slowdown);
    }

    /**
     * Returns how many times as long {@code work} takes as {@code other}: the median over {@link #ROUNDS}, each of
     * which runs both, in this order and in the opposite one by turns.
     *
     * @param nanoTime tells the time, in nanoseconds
     */
    static double ratio(Runnable work, Runnable other, LongSupplier nanoTime) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            boolean first = round % 2 == 0;
            long began = nanoTime.getAsLong();
            (first ? work : other).run();
            long between = nanoTime.getAsLong();
            (first ? other : work).run();
            long ended = nanoTime.getAsLong();
            double ratio = (double) (between - began) / (ended - between);
            ratios.add(first ? ratio : 1 / ratio);
        }
        return median(ratios);
    }

    /** Returns the middle one of an odd number of values, and otherwise the upper one of the middle two. */
    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /**
     * Returns the order in which frames are generated.
     *
     * @throws IllegalArgumentException if there is none without end
     */
    public static DenoisingPlan plan(RunConfig config) {
        return config.plan(DenoisingPlan.ENDLESS, config.sampling().given());
    }

    /** Generates the videos and measures them on the way. */
    private static final class MonitoredRollOut {
        private final RunModel model;
        private final List<Clip> beginnings;
        private final int given;
        private final RecentFrames recent;
        private final List<Milestone> milestones = new ArrayList<>();
        private long settledBytes;
        private double slowdown;

        MonitoredRollOut(RunModel model, List<Clip> beginnings, int given, RecentFrames recent) {
            this.model = model;
            this.beginnings = beginnings;
            this.given = given;
            this.recent = recent;
        }

        void run(int frames, RollOutListener listener) {
            try (PictureRollOut rollOut = begin(listener)) {
                for (int milestone : milestones(frames)) {
                    int from = milestones.isEmpty() ? 0 : milestones.get(milestones.size() - 1).frame;
                    for (int frame = from; frame < milestone; frame++) {
                        int left = milestone - frame;
                        next(rollOut, left);
                        listener.frame();
                        if (frame + 1 == SETTLED) {
                            settledBytes = ResidentMemory.bytes();
                        }
                    }
                    listener.next("Looking for the digits of the last " + SPAN + " frames");
                    milestones.add(recent.milestone(milestone));
                    listener.reached(milestones.get(milestones.size() - 1));
                }
                listener.next("Timing the next frames, in turns with those of videos that are young");
                slowdown = slowdown(rollOut, listener);
            }
        }

        /** Starts the videos behind their given frames; the caller closes the roll-out. */
        private PictureRollOut begin(RollOutListener listener) {
            List<Integer> numbers = IntStream.range(0, CLIPS).boxed().toList();
            Noise noise = new Noise(new RandomStreams(1), numbers, model.frameShape(), model.device());
            List<Clip> past =
                    beginnings.stream().map(clip -> clip.slice(0, given)).toList();
            Tensor given_BTCHW = model.codec().encode(past);
            RollOut rollOut = model.rollOut(plan(model.config()), noise, given_BTCHW);
            return PictureRollOut.begin(model.codec(), rollOut, past, given_BTCHW)
                    .beforeEachUpdate(listener::check);
        }

        /** Generates a frame of each video, and keeps it if it is one of the last {@link #SPAN} before a milestone. */
        private void next(PictureRollOut rollOut, int left) {
            long began = System.nanoTime();
            List<Clip> frames = rollOut.next();
            if (left <= SPAN) {
                recent.add(frames, (System.nanoTime() - began) / 1e9);
            }
        }

        /** Returns how many times as long the next frames take as those of new videos; all of them are dropped. */
        private double slowdown(PictureRollOut old, RollOutListener listener) {
            try (PictureRollOut young = begin(listener)) {
                drop(young, SETTLED, listener);
                return ratio(() -> drop(old, TURN, listener), () -> drop(young, TURN, listener), System::nanoTime);
            }
        }

        private static void drop(PictureRollOut rollOut, int frames, RollOutListener listener) {
            for (int frame = 0; frame < frames; frame++) {
                rollOut.next();
                listener.frame();
            }
        }
    }
}
