// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.run;

/**
 * The configuration of how a model with an encoder is trained (SCD, arXiv 2602.10095); other models ignore it.
 *
 * @param draws draws of level and noise for each clip, which share one pass of the encoder, from 1 to 1,000
 * @param perturbation standard deviation of noise on the encoder's normalised tokens, from 0 to 1, so that the decoder
 *     does not rely on their last digit
 * @param pastLevel highest level of real noise in the frames that the encoder sees, below 1: each draws its own, evenly
 *     from 0. 0 for clean frames, as published; above it, the model learns to continue from frames that are not quite
 *     right, as its own will be. Generation may show finished frames at levels up to this one
 * @param resampling how often, and how, the model generates that past itself
 * @param encoderRate learning rate of the encoder, in multiples of the optimiser's, up to 1,000
 * @param decoderRate learning rate of the decoder, in multiples of the optimiser's, up to 1,000
 */
public record SeparableConfig(
        int draws,
        double perturbation,
        double pastLevel,
        ResamplingConfig resampling,
        double encoderRate,
        double decoderRate) {
    private static final int MOST_DRAWS = 1_000;

    public SeparableConfig {
        require(draws >= 1 && draws <= MOST_DRAWS, "draws must lie between 1 and " + MOST_DRAWS + ", not " + draws);
        require(perturbation >= 0 && perturbation <= 1, "perturbation must lie in [0, 1], not " + perturbation);
        require(pastLevel >= 0 && pastLevel < 1, "pastLevel must lie in [0, 1), not " + pastLevel);
        requireRate("encoderRate", encoderRate);
        requireRate("decoderRate", decoderRate);
    }

    private static void requireRate(String name, double rate) {
        require(rate > 0 && rate <= 1_000, name + " must lie above 0 and at most at 1000, not " + rate);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /** Returns the published configuration: clean frames, two draws, and a decoder that learns twice as fast. */
    public static SeparableConfig published() {
        return new SeparableConfig(2, 0.05, 0, ResamplingConfig.none(), 1, 2);
    }
}
