// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import io.lightcone.evaluation.FrameStatistics;
import io.lightcone.evaluation.Psnr;
import io.lightcone.evaluation.Ssim;
import io.lightcone.video.Clip;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The nearness of frames to true ones, and how sharp they are, over the frames behind the given ones.
 *
 * @param psnr peak signal-to-noise ratio of each clip, the mean over its frames, in dB
 * @param ssim structural similarity of each clip, the mean over its frames
 * @param sharpness sharpness of all clips together, as a multiple of the truth's; of pictures without any edge 1 where
 *     the truth has none either
 * @param psnrByFrame peak signal-to-noise ratio of each frame behind the given ones, the mean over clips, in dB
 */
public record FrameQuality(List<Double> psnr, List<Double> ssim, double sharpness, List<Double> psnrByFrame) {
    /** Less than any edge of one level in one clip, so that nothing is divided by nothing. */
    private static final double NO_EDGES = 1e-9;

    public FrameQuality {
        psnr = List.copyOf(psnr);
        ssim = List.copyOf(ssim);
        psnrByFrame = List.copyOf(psnrByFrame);
    }

    /**
     * Compares clips with true ones, frame by frame.
     *
     * @param shown clips of the truth's shape
     * @param given the frames of each clip that are not compared, at its beginning
     * @param check called before every clip; what it throws ends the work
     */
    static FrameQuality of(List<Clip> truth, List<Clip> shown, int given, Runnable check) {
        int frames = truth.get(0).frames() - given;
        double[][] psnr = new double[truth.size()][frames];
        List<Double> ssim = new ArrayList<>();
        double sharpness = NO_EDGES;
        double sharpnessOfTruth = NO_EDGES;
        for (int i = 0; i < truth.size(); i++) {
            check.run();
            Clip one = shown.get(i);
            Clip other = truth.get(i);
            double similarity = 0;
            for (int f = 0; f < frames; f++) {
                psnr[i][f] = Psnr.of(one, given + f, other, given + f);
                similarity += Ssim.of(one, given + f, other, given + f);
            }
            ssim.add(similarity / frames);
            sharpness += FrameStatistics.of(one, given, frames).sharpness();
            sharpnessOfTruth += FrameStatistics.of(other, given, frames).sharpness();
        }
        return new FrameQuality(
                IntStream.range(0, truth.size())
                        .mapToObj(i -> IntStream.range(0, frames)
                                .mapToDouble(f -> psnr[i][f])
                                .average()
                                .orElseThrow())
                        .toList(),
                ssim,
                sharpness / sharpnessOfTruth,
                IntStream.range(0, frames)
                        .mapToObj(f -> IntStream.range(0, truth.size())
                                .mapToDouble(i -> psnr[i][f])
                                .average()
                                .orElseThrow())
                        .toList());
    }
}
