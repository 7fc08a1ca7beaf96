// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.data.MovingDigits;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.run.PictureRollOut;
import io.lightcone.run.RunConfig;
import io.lightcone.run.TrainedModel;
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
 * What becomes of a video that goes on and on: whether digits are digits still, and what a frame costs in time and memory. Several
 * videos are made together, each from the first frames of a held-out clip; a few frames are looked at, and all forgotten.
 *
 * @param stations what was seen on the way
 * @param truth share of true frames, of {@link #TRUE_CLIPS} other clips, that are recognisable by the same measure, in [0, 1]
 * @param spoiled the same of digits that are none any more, by what was done to them: half of them erased, two of them mixed in
 *     one place, or blurred
 * @param settledBytes resident memory after {@link #SETTLED} frames
 * @param slowdown how many times as long as one of the frames after {@link #SETTLED} a frame after all of them takes: the videos
 *     and ones that were begun anew went on in turns, so that a machine that is slower at the end than at the beginning does not
 *     count, nor what slows the whole process; the median over {@link #ROUNDS}
 */
public record LongRollOut(
        List<Station> stations, Mean truth, Map<String, Double> spoiled, long settledBytes, double slowdown) {
    /** Videos. */
    public static final int CLIPS = 8;
    /** Clips that tell how many true frames are taken for recognisable. */
    public static final int TRUE_CLIPS = 200;
    /** Frames before a station that are looked at and timed. */
    public static final int SPAN = 100;
    /** Frames after which memory should not grow any more. */
    public static final int SETTLED = 200;
    /** Rounds in which the frames that come after all that were asked for take turns with those of a young video. */
    public static final int ROUNDS = 15;
    /** Frames in a turn. */
    public static final int TURN = 20;
    /** Frames that are made for these turns alone. */
    public static final int FOR_TIME = SETTLED + 2 * ROUNDS * TURN;

    /**
     * Somewhere on the way.
     *
     * @param frame frames made so far
     * @param recognisable share of the frames just before in which all digits are, video by video
     * @param brightness mean of the same frames as a multiple of the true ones', video by video
     * @param secondsPerFrame to make one of them, median; of one video, all going together
     * @param residentBytes memory of the process
     */
    public record Station(int frame, Mean recognisable, Mean brightness, double secondsPerFrame, long residentBytes) {}

    /** Is told how it goes. */
    public interface Progress {
        /** A frame of each video has been made, one of those asked for or of {@link #FOR_TIME}. */
        void frame();

        /** Something else takes some time now, which the sentence names. */
        void next(String sentence);

        /** This has been seen. */
        void reached(Station station);

        /** Comes often, from any thread, and may throw to leave off. */
        void check();
    }

    public LongRollOut {
        stations = List.copyOf(stations);
        spoiled = Collections.unmodifiableMap(new LinkedHashMap<>(spoiled));
    }

    /** By which share memory has grown since it was settled. */
    public double growth() {
        return (double) stations.get(stations.size() - 1).residentBytes / settledBytes - 1;
    }

    /** Where to look on the way to {@code frames}: at powers of ten from {@link #SPAN} on, at the end, nowhere twice. */
    static List<Integer> stations(int frames) {
        List<Integer> stations = new ArrayList<>();
        for (long frame = SPAN; frame <= frames - SPAN; frame *= 10) {
            stations.add((int) frame);
        }
        stations.add(frames);
        return stations;
    }

    /**
     * Rolls out.
     *
     * @param frames to make, at least {@link #SETTLED} and a {@link #SPAN}
     */
    public static LongRollOut of(TrainedModel model, int frames, Progress progress) {
        int given = model.config().sampling().given();
        MovingDigits digits = MovingDigits.of(DigitsComparison.digits(model.config()), given + SPAN);
        List<Clip> beginnings =
                IntStream.range(0, CLIPS).mapToObj(digits::heldOut).toList();
        List<Clip> others = IntStream.range(DigitMatch.CALIBRATED, DigitMatch.CALIBRATED + TRUE_CLIPS)
                .mapToObj(digits::heldOut)
                .toList();
        DigitMatch match = DigitMatch.of(DigitsComparison.digits(model.config()), progress::check);
        Course course = new Course(model, beginnings, given, new Tally(match, Tally.light(others)));
        Scopes.runWithoutGrad(() -> course.run(frames, progress));
        progress.next("Looking for the digits of true frames and of spoiled ones");
        Mean truth = match.share(others, given, given + SPAN / 2, given + SPAN - 1);
        Map<String, Double> spoiled = new LinkedHashMap<>();
        for (SpoiledDigit how : SpoiledDigit.values()) {
            spoiled.put(
                    how.name().toLowerCase(Locale.ROOT),
                    match.share(how.of(others), 0).value());
        }
        return new LongRollOut(course.stations, truth, spoiled, course.settledBytes, course.slowdown);
    }

    /**
     * How many times as long as {@code other} {@code work} takes: the median over {@link #ROUNDS}, each of which has both, in this
     * order and in the opposite one by turns.
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

    /** The middle one of an odd number of values, the upper one of the middle two otherwise. */
    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /**
     * The order in which frames are made.
     *
     * @throws IllegalArgumentException if there is none without end
     */
    public static DenoisingPlan plan(RunConfig config) {
        return config.plan(DenoisingPlan.ENDLESS, config.sampling().given());
    }

    private static final class Course {
        private final TrainedModel model;
        private final List<Clip> beginnings;
        private final int given;
        private final Tally tally;
        private final List<Station> stations = new ArrayList<>();
        private long settledBytes;
        private double slowdown;

        Course(TrainedModel model, List<Clip> beginnings, int given, Tally tally) {
            this.model = model;
            this.beginnings = beginnings;
            this.given = given;
            this.tally = tally;
        }

        void run(int frames, Progress progress) {
            try (PictureRollOut rollOut = begin(progress)) {
                for (int station : stations(frames)) {
                    int from = stations.isEmpty() ? 0 : stations.get(stations.size() - 1).frame;
                    for (int frame = from; frame < station; frame++) {
                        int left = station - frame;
                        next(rollOut, left);
                        progress.frame();
                        if (frame + 1 == SETTLED) {
                            settledBytes = ResidentMemory.bytes();
                        }
                    }
                    progress.next("Looking for the digits of the last " + SPAN + " frames");
                    stations.add(tally.station(station));
                    progress.reached(stations.get(stations.size() - 1));
                }
                progress.next("Timing the next frames, in turns with those of videos that are young");
                slowdown = slowdown(rollOut, progress);
            }
        }

        /** The videos from their given frames on. */
        private PictureRollOut begin(Progress progress) {
            List<Integer> numbers = IntStream.range(0, CLIPS).boxed().toList();
            Noise noise = new Noise(new RandomStreams(1), numbers, model.frameShape(), model.device());
            Tensor given_BTCHW = model.codec()
                    .encode(beginnings.stream()
                            .map(clip -> clip.slice(0, given))
                            .toList());
            RollOut rollOut = model.rollOut(plan(model.config()), noise, given_BTCHW);
            return PictureRollOut.begin(model.codec(), rollOut, given_BTCHW).checking(progress::check);
        }

        /** Makes a frame of each video, and keeps it if it is one of the last {@link #SPAN} before a station. */
        private void next(PictureRollOut rollOut, int left) {
            long began = System.nanoTime();
            List<Clip> frames = rollOut.next();
            if (left <= SPAN) {
                tally.add(frames, (System.nanoTime() - began) / 1e9);
            }
        }

        /** How many times as long as those of a young video the frames take that come next; they are dropped. */
        private double slowdown(PictureRollOut old, Progress progress) {
            try (PictureRollOut young = begin(progress)) {
                drop(young, SETTLED, progress);
                return ratio(() -> drop(old, TURN, progress), () -> drop(young, TURN, progress), System::nanoTime);
            }
        }

        private static void drop(PictureRollOut rollOut, int frames, Progress progress) {
            for (int frame = 0; frame < frames; frame++) {
                rollOut.next();
                progress.frame();
            }
        }
    }
}
