// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.evaluation;

import io.lightcone.codec.Codec;
import io.lightcone.tensor.Scopes;
import io.lightcone.tensor.Tensors;
import io.lightcone.video.Clip;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The correlation of latents with those of the latent frame before and with their neighbours, averaged over channels.
 * It says how much of a latent frame follows from what is known already: 1 is all of it, 0 is as much as of white
 * noise. A model has to foretell the rest, whatever the codec keeps of the pictures. Where a latent frame stands for
 * more pictures, the one before is farther away.
 *
 * <p>It is computed from differences, {@code 1 - E[(z - z')^2] / (2 Var z)}, which equals the coefficient of
 * correlation where all frames and places have one mean and variance.
 *
 * @param time with the same place of the latent frame before; NaN where there is one latent frame alone
 * @param space with the next place in the row and in the column, the mean of both; NaN where there is one place alone
 */
public record LatentCorrelation(double time, double space) {
    private static final int TIME = 1;
    private static final int ROWS = 3;
    private static final int COLUMNS = 4;

    /** The least variance of a channel that is counted: one that never changes has no correlation. */
    private static final double LEAST_VARIANCE = 1e-12;

    /**
     * Measures the latents of some clips.
     *
     * @param clips clips whose pictures fill their latent frames, at least one
     * @param check called before every clip; what it throws ends the measuring
     */
    public static LatentCorrelation of(Codec codec, List<Clip> clips, Runnable check) {
        Meter meter = new Meter(codec.layout().channels());
        for (Clip clip : clips) {
            check.run();
            Scopes.runWithoutGrad(() -> meter.add(codec.encode(List.of(clip))));
        }
        return meter.correlation();
    }

    /** A measurement of latents that come one batch after the other. */
    public static final class Meter {
        private final ChannelSums values;
        private final ChannelSums squares;
        private final ChannelSums time;
        private final ChannelSums space;

        /** Begins with nothing, for latents of so many channels. */
        public Meter(int channels) {
            values = new ChannelSums(channels);
            squares = new ChannelSums(channels);
            time = new ChannelSums(channels);
            space = new ChannelSums(channels);
        }

        /** Adds the latents of some clips, from their first latent frames on. */
        public void add(Tensor z_BTCHW) {
            Scopes.run(() -> {
                Tensor wide_BTCHW = z_BTCHW.to(ScalarType.Double);
                values.add(wide_BTCHW);
                squares.addSquares(wide_BTCHW);
                time.addDifferences(wide_BTCHW, TIME);
                space.addDifferences(wide_BTCHW, ROWS);
                space.addDifferences(wide_BTCHW, COLUMNS);
            });
        }

        /** Returns the correlation of all that was added. */
        public LatentCorrelation correlation() {
            double inTime = 0;
            double inSpace = 0;
            int counted = 0;
            for (int c = 0; c < values.channels(); c++) {
                double variance = squares.mean(c) - values.mean(c) * values.mean(c);
                if (variance > LEAST_VARIANCE) {
                    inTime += 1 - time.mean(c) / (2 * variance);
                    inSpace += 1 - space.mean(c) / (2 * variance);
                    counted++;
                }
            }
            return new LatentCorrelation(inTime / counted, inSpace / counted);
        }
    }

    /** Sums of numbers of each channel. */
    private static final class ChannelSums {
        private final double[] sums;
        private long count;

        ChannelSums(int channels) {
            sums = new double[channels];
        }

        int channels() {
            return sums.length;
        }

        void add(Tensor z_BTCHW) {
            double[] added =
                    Tensors.doubles(z_BTCHW.transpose(0, 2).flatten(1, -1).sum(1));
            for (int c = 0; c < sums.length; c++) {
                sums[c] += added[c];
            }
            count += z_BTCHW.numel() / sums.length;
        }

        void addSquares(Tensor z_BTCHW) {
            Scopes.run(() -> add(z_BTCHW.square()));
        }

        /** Adds the squares of what each number differs from the next one in a dimension. */
        void addDifferences(Tensor z_BTCHW, int dimension) {
            long pairs = z_BTCHW.size(dimension) - 1;
            Scopes.run(() -> addSquares(z_BTCHW.narrow(dimension, 1, pairs).sub(z_BTCHW.narrow(dimension, 0, pairs))));
        }

        /** Returns the mean of a channel; NaN if there is nothing. */
        double mean(int channel) {
            return sums[channel] / count;
        }
    }
}
