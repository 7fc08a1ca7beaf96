// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A loss weight says how much the error of each frame counts at its level. All but {@link #UNIFORM} are defined for
 * another prediction than the network's own; they are converted, so that the choice of prediction does not change what
 * is weighed. With {@code S = alpha^2 / sigma^2}, the squared error of the noise is S times that of the clean frame.
 */
public enum LossWeight {
    /** The error of the prediction as it is. */
    UNIFORM {
        @Override
        double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction) {
            double[] weights = new double[levels.length];
            Arrays.fill(weights, 1);
            return weights;
        }
    },

    /** The error of the clean frame, whatever is predicted: all levels count the same in the space of frames. */
    X0 {
        @Override
        double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction) {
            return eachLevel(levels, schedule, prediction, level -> 1);
        }
    },

    /**
     * {@code 0.9 tau + 0.1} on the clean frame's error, with {@code tau = alpha / (alpha + sigma)}, the share of the
     * frame in the mixture: 1 - level for flow matching without a shift. Noisy frames, of which little can be known,
     * count less (Dreamer 4, arXiv 2509.24527, equation 8).
     */
    RAMP {
        @Override
        double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction) {
            return eachLevel(levels, schedule, prediction, level -> {
                double alpha = schedule.alpha(level);
                return LEAST + (1 - LEAST) * alpha / (alpha + schedule.sigma(level));
            });
        }
    },

    /** {@code min(S, 5)} on the clean frame's error (arXiv 2303.09556): no level outweighs the others. */
    MIN_SNR {
        @Override
        double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction) {
            return each(levels, schedule, prediction, logSnr -> Math.min(Math.exp(logSnr), CLIP));
        }
    },

    /**
     * Min-SNR with what is known from cleaner frames before: a frame counts as if its signal were fused with theirs,
     * which fade by 0.96 a frame (Diffusion Forcing, arXiv 2407.01392). With {@code n = S / 5} and {@code m = min(n,
     * 1)}, frame by frame,
     *
     * <pre>
     * c(0) = 0,  c(1) = m(0),  c(t) = 0.96 c(t-1) + 0.04 m(t-1)
     * fused(n) = 1 - (1 - 0.96 c) (1 - n)
     * weight of the clean frame's error = 5 fused(m), read with S = 5 fused(n)
     * </pre>
     */
    FUSED_SNR {
        @Override
        double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction) {
            double[] weights = new double[levels.length];
            double past = 0;
            for (int t = 0; t < levels.length; t++) {
                double snr = Math.exp(schedule.logSnr(levels[t])) / CLIP;
                double clipped = Math.min(snr, 1);
                double weight = CLIP * fused(past, clipped);
                double share = share(prediction, CLIP * fused(past, snr))
                        / share(prediction, CLIP * snr)
                        * prediction.x0Share(schedule.alpha(levels[t]), schedule.sigma(levels[t]));
                weights[t] = weight * share * share;
                past = t == 0 ? clipped : FADE * past + (1 - FADE) * clipped;
            }
            return weights;
        }

        private double fused(double past, double snr) {
            return 1 - (1 - FADE * past) * (1 - snr);
        }

        /** Returns {@link Prediction#x0Share} for a variance-preserving mixture of that signal-to-noise ratio. */
        private double share(Prediction prediction, double snr) {
            double noise = 1 / (1 + snr);
            return prediction.x0Share(Math.sqrt(1 - noise), Math.sqrt(noise));
        }
    },

    /**
     * {@code 1 / (1 + S / e^-1)} on the noise's error: a smooth fall towards clean frames (arXiv 2303.00848,
     * 2410.19324; bias -1 as in DFoT, arXiv 2502.06764).
     */
    SIGMOID {
        @Override
        double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction) {
            return each(levels, schedule, prediction, logSnr -> Math.exp(BIAS) / (1 + Math.exp(BIAS - logSnr)));
        }
    };

    private static final double CLIP = 5;
    private static final double FADE = 0.96;
    private static final double BIAS = -1;
    private static final double LEAST = 0.1;

    /** Returns the weight of the squared error of the prediction of each frame of a clip, given all their levels. */
    abstract double[] of(double[] levels, NoiseSchedule schedule, Prediction prediction);

    /** Turns a weight of the clean frame's error, as a function of log S, into one of the prediction's. */
    private static double[] each(
            double[] levels, NoiseSchedule schedule, Prediction prediction, DoubleUnaryOperator weight) {
        return eachLevel(levels, schedule, prediction, level -> weight.applyAsDouble(schedule.logSnr(level)));
    }

    /** Turns a weight of the clean frame's error, as a function of the level, into one of the prediction's. */
    private static double[] eachLevel(
            double[] levels, NoiseSchedule schedule, Prediction prediction, DoubleUnaryOperator weight) {
        double[] weights = new double[levels.length];
        for (int t = 0; t < levels.length; t++) {
            double share = prediction.x0Share(schedule.alpha(levels[t]), schedule.sigma(levels[t]));
            double ofX0 = weight.applyAsDouble(levels[t]);
            weights[t] = ofX0 == 0 ? 0 : ofX0 * share * share;
        }
        return weights;
    }
}
