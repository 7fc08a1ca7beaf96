// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.data.ClipDataset;
import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.FrameStatistics;
import io.lightcone.evaluation.Psnr;
import io.lightcone.evaluation.Ssim;
import io.lightcone.run.RunModel;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.video.Clip;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The quality of a model's continuations of clips that it has never seen, at once and in the long run. Clips and noise
 * are the same whatever the model and the variant of sampling, so two of these compare clip by clip.
 *
 * @param psnr PSNR of each of {@link #SCORED} clips, the mean over its first {@link #NEAR} generated frames, in dB
 * @param ssim structural similarity of each of these clips, the mean over the same frames
 * @param repeatLast mean PSNR of repeating the last given frame, in dB
 * @param early drift of the first {@link #SPAN} of {@link #FAR} generated frames of {@link #FOLLOWED} clips
 * @param late drift of the last {@link #SPAN} of these frames
 * @param secondsPerFrame seconds to generate a frame of one clip, all clips of the long run going together
 */
public record ContinuationQuality(
        List<Double> psnr, List<Double> ssim, double repeatLast, Drift early, Drift late, double secondsPerFrame) {
    /** The number of clips that are compared with the truth. */
    public static final int SCORED = 64;
    /** The number of generated frames of a clip that are compared with the truth. */
    public static final int NEAR = 8;
    /** The number of clips that are continued for long. */
    public static final int FOLLOWED = 8;
    /** The number of frames for which these clips are continued. */
    public static final int FAR = 128;
    /** The number of frames at both ends of a long continuation whose drift is measured. */
    public static final int SPAN = 16;

    private static final RandomStreams STREAMS = new RandomStreams(1);

    /**
     * Brightness and sharpness of generated frames relative to the true ones, clip by clip.
     *
     * @param brightness as a multiple of the truth's
     * @param sharpness as a multiple of the truth's
     */
    public record Drift(Mean brightness, Mean sharpness) {
        static Drift of(List<Clip> truth, List<Clip> generated, int from) {
            return new Drift(
                    ratio(truth, generated, from, FrameStatistics::brightness),
                    ratio(truth, generated, from, FrameStatistics::sharpness));
        }

        private static Mean ratio(
                List<Clip> truth, List<Clip> generated, int from, ToDoubleFunction<FrameStatistics> what) {
            return Mean.of(IntStream.range(0, truth.size())
                    .mapToObj(i -> what.applyAsDouble(FrameStatistics.of(generated.get(i), from, SPAN))
                            / what.applyAsDouble(FrameStatistics.of(truth.get(i), from, SPAN)))
                    .toList());
        }
    }

    public ContinuationQuality {
        psnr = List.copyOf(psnr);
        ssim = List.copyOf(ssim);
    }

    /**
     * Measures the continuations of a model, at once and in the long run.
     *
     * @param data opens clips of a given number of frames, the same ones at any length
     * @param check called between any two calls of the model; what it throws ends the work
     */
    static ContinuationQuality of(RunModel model, IntFunction<ClipDataset> data, Runnable check) {
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
        return new ContinuationQuality(
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

    /** A metric that compares a frame of one clip with one of another. */
    private interface FrameMetric {
        double of(Clip a, int i, Clip b, int j);
    }

    private static List<Double> pairs(List<Clip> truth, List<Clip> generated, int given, FrameMetric metric) {
        return IntStream.range(0, truth.size())
                .mapToObj(i -> near(given, frame -> metric.of(truth.get(i), frame, generated.get(i), frame)))
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
