// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.codec.PixelCodec;
import io.lightcone.diffusion.DenoisingPlan;
import io.lightcone.evaluation.ClipTensors;
import io.lightcone.generation.FrameShape;
import io.lightcone.generation.Noise;
import io.lightcone.generation.RollOut;
import io.lightcone.generation.SamplingConfig;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.tensor.Resident;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.training.RunConfig;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Clip;
import io.lightcone.video.MovingDigits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * What becomes of a video that goes on and on: whether digits are digits still, and what a frame costs in time and memory. Several
 * videos are made together, each from the first frames of a held-out clip; frames are looked at and forgotten.
 *
 * @param stations what was seen on the way
 * @param truth share of true frames that are recognisable by the same measure, in [0, 1]
 * @param settledBytes resident memory after {@link #SETTLED} frames
 * @param endBytes resident memory after the last
 */
public record LongRollOut(List<Station> stations, double truth, long settledBytes, long endBytes) {
    /** Videos. */
    public static final int CLIPS = 8;
    /** Frames before a station that are looked at and timed. */
    public static final int SPAN = 100;
    /** Frames after which memory should not grow any more. */
    public static final int SETTLED = 200;

    /**
     * Somewhere on the way.
     *
     * @param frame frames made so far
     * @param recognisable share of the frames just before, of all videos, in which all digits are
     * @param secondsPerFrame median time of a frame of all videos together, just before
     * @param brightness mean of the same frames as a multiple of the true ones'
     */
    public record Station(int frame, double recognisable, double secondsPerFrame, double brightness) {}

    public LongRollOut {
        stations = List.copyOf(stations);
    }

    /** By which share memory has grown since it was settled. */
    public double growth() {
        return (double) endBytes / settledBytes - 1;
    }

    /** How much longer the last frames took than the first ones. */
    public double slowdown() {
        return stations.get(stations.size() - 1).secondsPerFrame / stations.get(0).secondsPerFrame;
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
     * @param progress is told how many there are, and may throw to leave off
     */
    public static LongRollOut of(TrainedModel model, int frames, LongConsumer progress) {
        int given = model.config().sampling().given();
        MovingDigits digits = MovingDigits.of(model.config().data(), given + SPAN);
        List<Clip> truth = IntStream.range(0, CLIPS).mapToObj(digits::heldOut).toList();
        DigitMatch match = DigitMatch.of(model.config().data());
        Course course = new Course(model, truth, match, given);
        Scopes.runWithoutGrad(() -> course.run(frames, progress));
        return new LongRollOut(
                course.stations, match.share(truth, given, given + SPAN), course.settledBytes, course.endBytes);
    }

    /**
     * The order in which frames are made.
     *
     * @throws IllegalArgumentException if there is none without end
     */
    public static DenoisingPlan plan(RunConfig config) {
        SamplingConfig sampling = config.sampling();
        DenoisingPlan plan = sampling.plan(DenoisingPlan.ENDLESS, sampling.given());
        sampling.requireFits(plan, config.training().frames());
        return plan;
    }

    private static final class Course {
        private final TrainedModel model;
        private final List<Clip> truth;
        private final DigitMatch match;
        private final int given;
        private final List<Station> stations = new ArrayList<>();
        private final double[] seconds = new double[SPAN];
        private double recognised;
        private double light;
        private long settledBytes;
        private long endBytes;

        Course(TrainedModel model, List<Clip> truth, DigitMatch match, int given) {
            this.model = model;
            this.truth = truth;
            this.match = match;
            this.given = given;
        }

        void run(int frames, LongConsumer progress) {
            FrameShape shape = model.frameShape();
            List<Integer> numbers = IntStream.range(0, CLIPS).boxed().toList();
            Noise noise = new Noise(new RandomStreams(1), numbers, shape, model.device());
            DenoisingPlan plan = plan(model.config());
            Tensor given_BTCHW = ClipTensors.encode(truth, model.device()).narrow(1, 0, given);
            try (RollOut rollOut = model.rollOut(plan, noise, given_BTCHW)) {
                for (int station : stations(frames)) {
                    recognised = 0;
                    light = 0;
                    int from = stations.isEmpty() ? 0 : stations.get(stations.size() - 1).frame;
                    for (int frame = from; frame < station; frame++) {
                        int left = station - frame;
                        Scopes.run(() -> next(rollOut, shape, left));
                        progress.accept(frame + 1L);
                        if (frame + 1 == SETTLED) {
                            settledBytes = Resident.bytes();
                        }
                    }
                    stations.add(station(station));
                }
                endBytes = Resident.bytes(); // while everything is still held
            }
        }

        /** Makes a frame of each video, and looks at it if it is one of the last {@link #SPAN} before a station. */
        private void next(RollOut rollOut, FrameShape shape, int left) {
            long began = System.nanoTime();
            byte[] pixels = Tensors.bytes(PixelCodec.decode(rollOut.next()));
            if (left > SPAN) {
                return;
            }
            seconds[left - 1] = (System.nanoTime() - began) / 1e9;
            int size = pixels.length / CLIPS;
            for (int b = 0; b < CLIPS; b++) {
                Clip clip = new Clip(
                        "rolled out",
                        1,
                        shape.height(),
                        shape.width(),
                        shape.channels(),
                        Arrays.copyOfRange(pixels, b * size, (b + 1) * size));
                recognised += match.recognises(clip, 0) ? 1 : 0;
                light += light(clip);
            }
        }

        private Station station(int frame) {
            double[] sorted = Arrays.stream(seconds).sorted().toArray();
            double looked = (double) SPAN * CLIPS;
            double expected = truth.stream().mapToDouble(Course::light).sum() / (CLIPS * (given + SPAN));
            return new Station(frame, recognised / looked, sorted[SPAN / 2], light / looked / expected);
        }

        /** The sum of all pixels of all frames. */
        private static double light(Clip clip) {
            double sum = 0;
            for (byte pixel : clip.pixels()) {
                sum += pixel & 0xff;
            }
            return sum;
        }
    }
}
