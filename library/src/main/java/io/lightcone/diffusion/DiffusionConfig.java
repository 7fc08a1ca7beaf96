// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

/**
 * The configuration of a {@link Diffusion}: what noise is, and what the network predicts of it.
 *
 * @param schedule how a noise level mixes frame and noise
 * @param shift divides the root of the signal-to-noise ratio, from 0.001 to 1000: above 1, more of the levels are
 *     noisy, as large frames need; 1 for the schedule as it is
 * @param betaStart first of 1,000 betas, for {@code linear} and {@code sqrt_linear}; above 0
 * @param betaEnd last of the betas, for {@code linear} and {@code sqrt_linear}; below 1 and not below {@code betaStart}
 * @param zeroTerminalSnr whether {@code linear} and {@code sqrt_linear} are stretched until level 1 is noise alone, as
 *     it is for the other schedules
 * @param prediction what the network predicts
 * @param weight how much the error of each frame counts
 */
public record DiffusionConfig(
        Schedule schedule,
        double shift,
        double betaStart,
        double betaEnd,
        boolean zeroTerminalSnr,
        Prediction prediction,
        LossWeight weight) {
    /** The largest alpha at level 1 that still counts as noise alone. */
    private static final double NO_SIGNAL = 1e-3;

    /** The noise schedules that a configuration can name. */
    public enum Schedule {
        /** A straight line from frame to noise (flow matching, arXiv 2210.02747). */
        FLOW,
        /** The cosine schedule (arXiv 2102.09672), variance preserving. */
        COSINE,
        /** Beta rises in a straight line (DDPM, arXiv 2006.11239), variance preserving. */
        LINEAR,
        /**
         * The root of beta rises in a straight line, as in latent diffusion (arXiv 2112.10752), variance preserving.
         */
        SQRT_LINEAR,
        /** The sigmoid schedule (arXiv 2212.11972), variance preserving. */
        SIGMOID;

        private boolean ofBetas() {
            return this == LINEAR || this == SQRT_LINEAR;
        }
    }

    public DiffusionConfig {
        require(shift >= 1e-3 && shift <= 1e3, "shift must lie between 0.001 and 1000, not " + shift);
        require(
                betaStart > 0 && betaStart <= betaEnd && betaEnd < 1,
                "betaStart and betaEnd must rise between 0 and 1, not from " + betaStart + " to " + betaEnd);
        require(
                schedule.ofBetas() || !zeroTerminalSnr,
                "zeroTerminalSnr is for the schedules LINEAR and SQRT_LINEAR; " + schedule
                        + " ends in noise alone as it is, so leave it false");
        require(
                prediction != Prediction.EPSILON
                        || schedule(schedule, shift, betaStart, betaEnd, zeroTerminalSnr)
                                        .alpha(1)
                                > NO_SIGNAL,
                "prediction EPSILON says nothing of a frame at level 1, where this schedule leaves no signal; choose"
                        + " X0, V or VELOCITY, or the schedule LINEAR or SQRT_LINEAR with a shift of 1 and without"
                        + " zeroTerminalSnr");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    /**
     * Returns plain flow matching: straight lines, their velocity as prediction, and the same weight for every level.
     */
    public static DiffusionConfig flow() {
        return new DiffusionConfig(Schedule.FLOW, 1, 1e-4, 2e-2, false, Prediction.VELOCITY, LossWeight.UNIFORM);
    }

    /**
     * Returns AR-Diffusion's configuration: the root of beta rises in a straight line from 1e-4 to 2e-2, and the clean
     * frame is predicted.
     */
    public static DiffusionConfig arDiffusion() {
        return new DiffusionConfig(Schedule.SQRT_LINEAR, 1, 1e-4, 2e-2, false, Prediction.X0, LossWeight.UNIFORM);
    }

    /** Returns the diffusion process that this configuration names. */
    public Diffusion diffusion() {
        return new Diffusion(schedule(schedule, shift, betaStart, betaEnd, zeroTerminalSnr), prediction, weight);
    }

    private static NoiseSchedule schedule(
            Schedule schedule, double shift, double betaStart, double betaEnd, boolean zeroTerminalSnr) {
        if (schedule == Schedule.FLOW) {
            return new FlowMatching(shift);
        }
        VariancePreserving curve = switch (schedule) {
            case COSINE -> VariancePreserving.cosine();
            case SIGMOID -> VariancePreserving.sigmoid();
            case LINEAR -> VariancePreserving.linear(betaStart, betaEnd);
            default -> VariancePreserving.sqrtLinear(betaStart, betaEnd);
        };
        VariancePreserving shifted = shift == 1 ? curve : curve.shifted(shift);
        return zeroTerminalSnr ? shifted.withZeroTerminalSnr() : shifted;
    }
}
