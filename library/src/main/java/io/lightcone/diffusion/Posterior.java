// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

/**
 * The distribution of a frame at a lower level, given the frame at a higher one and the clean frame (DDPM, arXiv
 * 2006.11239, equations 6 and 7, for any alpha and sigma).
 *
 * @param variance variance of the frame at the lower level, given the frame at the higher one and the clean frame
 */
record Posterior(double alphaFrom, double sigmaFrom, double alphaTo, double sigmaTo, double variance) {
    static Posterior of(NoiseSchedule schedule, double from, double to) {
        double alphaFrom = schedule.alpha(from);
        double sigmaFrom = schedule.sigma(from);
        double alphaTo = schedule.alpha(to);
        double sigmaTo = schedule.sigma(to);
        double ratio = alphaFrom / alphaTo;
        double added = sigmaFrom * sigmaFrom - ratio * ratio * sigmaTo * sigmaTo; // variance of the noise in between
        double variance = Math.max(0, sigmaTo * sigmaTo * added / (sigmaFrom * sigmaFrom));
        return new Posterior(alphaFrom, sigmaFrom, alphaTo, sigmaTo, variance);
    }

    /** Returns the share of the noisy frame in the mean. */
    double noisyShare() {
        return alphaFrom / alphaTo * (sigmaTo * sigmaTo) / (sigmaFrom * sigmaFrom);
    }

    /** Returns the share of the clean frame in the mean. */
    double cleanShare() {
        return alphaTo - noisyShare() * alphaFrom;
    }
}
