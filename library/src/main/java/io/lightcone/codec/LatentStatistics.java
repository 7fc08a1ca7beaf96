// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.codec;

import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Mean and standard deviation of each channel of latents, over clips. Noise has mean 0 and deviation 1 in every
 * channel, so latents are brought there too: else the level at which a channel drowns in noise would be another one for
 * each, and its share of the loss as well.
 */
final class LatentStatistics {
    /** The least deviation, for channels that never change. */
    private static final double LEAST = 1e-6;

    private final double[] sums;
    private final double[] squares;
    private long count;

    private LatentStatistics(int channels) {
        this.sums = new double[channels];
        this.squares = new double[channels];
    }

    /** Measures the latents that a codec makes of clips, of at least one. */
    static LatentStatistics of(Codec codec, List<Clip> clips) {
        LatentStatistics statistics = new LatentStatistics(codec.layout().channels());
        for (Clip clip : clips) {
            Scopes.runWithoutGrad(() -> statistics.add(codec.encode(List.of(clip))));
        }
        return statistics;
    }

    private void add(Tensor z_BTCHW) {
        Tensor z_CN = z_BTCHW.to(ScalarType.Double).transpose(0, 2).flatten(1, -1);
        double[] added = Tensors.doubles(z_CN.sum(1));
        double[] addedSquares = Tensors.doubles(z_CN.square().sum(1));
        Arrays.setAll(sums, c -> sums[c] + added[c]);
        Arrays.setAll(squares, c -> squares[c] + addedSquares[c]);
        count += z_CN.size(1);
    }

    /** Returns {@code latents} with these statistics, rounded to what a float32 has. */
    LatentsConfig in(LatentsConfig latents) {
        Double[] means = new Double[sums.length];
        Double[] deviations = new Double[sums.length];
        for (int c = 0; c < sums.length; c++) {
            double mean = sums[c] / count;
            double variance = Math.max(0, squares[c] / count - mean * mean);
            means[c] = rounded(mean);
            deviations[c] = rounded(Math.max(LEAST, Math.sqrt(variance)));
        }
        return latents.withStatistics(List.of(means), List.of(deviations));
    }

    /** Returns a number with the digits of a float32, so that configurations stay short. */
    private static double rounded(double value) {
        return Double.parseDouble(Float.toString((float) value));
    }
}
