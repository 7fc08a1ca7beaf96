// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.evaluation.Continuation;
import io.lightcone.evaluation.Continuation.Score;
import io.lightcone.evaluation.Look;
import io.lightcone.evaluation.Ssim;
import io.lightcone.tensor.RandomStreams;
import io.lightcone.training.TrainedModel;
import io.lightcone.video.Clip;
import io.lightcone.video.ClipDataset;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * How well a model continues clips that it has never seen, at once and in the long run.
 *
 * @param psnr mean over the first {@link #NEAR} generated frames of {@link #SCORED} clips, in dB
 * @param ssim the same of structural similarity
 * @param repeatLast mean PSNR of repeating the last given frame, in dB
 * @param brightness of the last {@link #LATE} of {@link #FAR} generated frames of {@link #FOLLOWED} clips, as a multiple of
 *     the truth's
 * @param sharpness the same of sharpness
 * @param secondsPerFrame to generate a frame of one clip, all clips of the long run going together
 */
public record Continuations(
        double psnr, double ssim, double repeatLast, double brightness, double sharpness, double secondsPerFrame) {
    /** Clips that are compared with the truth. */
    public static final int SCORED = 64;
    /** Frames after the given ones that are. */
    public static final int NEAR = 8;
    /** Clips that are followed for long. */
    public static final int FOLLOWED = 8;
    /** Frames for which they are. */
    public static final int FAR = 128;
    /** Frames at their end that are looked at. */
    public static final int LATE = 16;

    private static final RandomStreams STREAMS = new RandomStreams(1);

    /**
     * Measures.
     *
     * @param data clips of a given number of frames, the same ones at any length
     */
    public static Continuations of(TrainedModel model, IntFunction<ClipDataset> data) {
        int given = model.config().sampling().given();
        Continuation continuation = model.continuation(given);

        List<Clip> truth = heldOut(data.apply(given + NEAR), SCORED);
        List<Clip> continued = continuation.of(truth, STREAMS);
        Score score = Score.of(truth, continued, given);

        List<Clip> longTruth = heldOut(data.apply(given + FAR), FOLLOWED);
        long began = System.nanoTime();
        List<Clip> rolledOut = continuation.of(longTruth, STREAMS);
        double seconds = (System.nanoTime() - began) / 1e9;
        Look late = late(rolledOut, given);
        Look truly = late(longTruth, given);
        return new Continuations(
                score.model(NEAR),
                ssim(truth, continued, given),
                score.repeatLast(NEAR),
                late.brightness() / truly.brightness(),
                late.sharpness() / truly.sharpness(),
                seconds / FAR / FOLLOWED);
    }

    private static List<Clip> heldOut(ClipDataset data, int count) {
        return IntStream.range(0, count).mapToObj(data::heldOut).toList();
    }

    private static double ssim(List<Clip> truth, List<Clip> continued, int given) {
        return IntStream.range(0, truth.size())
                .mapToDouble(i -> IntStream.range(given, given + NEAR)
                        .mapToDouble(f -> Ssim.of(truth.get(i), f, continued.get(i), f))
                        .average()
                        .orElseThrow())
                .average()
                .orElseThrow();
    }

    private static Look late(List<Clip> clips, int given) {
        List<Look> looks = clips.stream()
                .map(clip -> Look.of(clip, given + FAR - LATE, LATE))
                .toList();
        return new Look(
                looks.stream().mapToDouble(Look::brightness).average().orElseThrow(),
                looks.stream().mapToDouble(Look::sharpness).average().orElseThrow());
    }
}
