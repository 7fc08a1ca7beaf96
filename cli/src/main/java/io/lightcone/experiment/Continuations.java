// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Look;
import io.lightcone.evaluation.Psnr;
import io.lightcone.evaluation.Ssim;
import io.lightcone.run.TrainedModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How well a model continues clips that it has never seen, at once and in the long run. Clips and noise are the same whatever
 * the model and the way, so two of these compare clip by clip.
 *
 * @param psnr of each of {@link #SCORED} clips, the mean over its first {@link #NEAR} generated frames, in dB
 * @param ssim the same of structural similarity
 * @param repeatLast mean PSNR of repeating the last given frame, in dB
 * @param early what the first {@link #SPAN} of {@link #FAR} generated frames of {@link #FOLLOWED} clips look like
 * @param late the same of the last
 * @param secondsPerFrame to generate a frame of one clip, all clips of the long run going together
 */
public record Continuations(
        List<Double> psnr, List<Double> ssim, double repeatLast, Drift early, Drift late, double secondsPerFrame) {
    /** Clips that are compared with the truth. */
    public static final int SCORED = 64;
    /** Frames after the given ones that are. */
    public static final int NEAR = 8;
    /** Clips that are followed for long. */
    public static final int FOLLOWED = 8;
    /** Frames for which they are. */
    public static final int FAR = 128;
    /** Frames at both ends of these that are looked at. */
    public static final int SPAN = 16;

    private static final RandomStreams STREAMS = new RandomStreams(1);

    /**
     * What generated frames look like beside the true ones, clip by clip.
     *
     * @param brightness as a multiple of the truth's
     * @param sharpness as a multiple of the truth's
     */
    public record Drift(Mean brightness, Mean sharpness) {
        static Drift of(List<Clip> truth, List<Clip> made, int from) {
            return new Drift(ratio(truth, made, from, Look::brightness), ratio(truth, made, from, Look::sharpness));
        }

        private static Mean ratio(List<Clip> truth, List<Clip> made, int from, ToDoubleFunction<Look> what) {
            return Mean.of(IntStream.range(0, truth.size())
                    .mapToObj(i -> what.applyAsDouble(Look.of(made.get(i), from, SPAN))
                            / what.applyAsDouble(Look.of(truth.get(i), from, SPAN)))
                    .toList());
        }
    }

    public Continuations {
        psnr = List.copyOf(psnr);
        ssim = List.copyOf(ssim);
    }

    /**
     * Measures.
     *
     * @param data clips of a given number of frames, the same ones at any length
     * @param check called between any two calls of the model; what it throws ends the work
     */
    public static Continuations of(TrainedModel model, IntFunction<ClipDataset> data, Runnable check) {
        int given = model.config().sampling().given();
        Continuation continuation = new Continuation(
                model::conditionedOn, model.codec(), model.config().sampling(), given);

        List<Clip> truth = heldOut(data.apply(given + NEAR), SCORED);
        List<Clip> continued = continuation.of(truth, STREAMS, check);
        List<Double> repeated = each(truth, given, (clip, frame) -> Psnr.of(clip, given - 1, clip, frame));

        List<Clip> longTruth = heldOut(data.apply(given + FAR), FOLLOWED);
        long began = System.nanoTime();
        List<Clip> rolledOut = continuation.of(longTruth, STREAMS, check);
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Continuations(
                pairs(truth, continued, given, Psnr::of),
                pairs(truth, continued, given, Ssim::of),
                Mean.of(repeated).value(),
                Drift.of(longTruth, rolledOut, given),
                Drift.of(longTruth, rolledOut, given + FAR - SPAN),
                seconds / FAR / FOLLOWED);
    }

    private static List<Clip> heldOut(ClipDataset data, int count) {
        return IntStream.range(0, count).mapToObj(data::heldOut).toList();
    }

    /** Compares a frame of one clip with one of another. */
    private interface Comparison {
        double of(Clip a, int i, Clip b, int j);
    }

    private static List<Double> pairs(List<Clip> truth, List<Clip> made, int given, Comparison comparison) {
        return IntStream.range(0, truth.size())
                .mapToObj(i -> near(given, frame -> comparison.of(truth.get(i), frame, made.get(i), frame)))
                .toList();
    }

    private static List<Double> each(List<Clip> clips, int given, ToDoubleBiFunction<Clip, Integer> measure) {
        return clips.stream()
                .map(clip -> near(given, frame -> measure.applyAsDouble(clip, frame)))
                .toList();
    }

    private static double near(int given, IntToDoubleFunction measure) {
        return IntStream.range(given, given + NEAR)
                .mapToDouble(measure)
                .average()
                .orElseThrow();
    }
}
