// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * DDIM moves a frame along its predicted noise and adds a share of fresh noise (arXiv 2010.02502, equation 12):
 *
 * <pre>
 * x(to) = alpha(to) x0 + sqrt(sigma(to)^2 - w^2) epsilon + w z,    z ~ N(0, 1)
 * </pre>
 *
 * with {@code w} = eta times the posterior's deviation. The last step ends at x0, for sigma(0) = 0.
 *
 * @param eta 0 for no fresh noise; 1 for as much as DDPM adds
 */
record Ddim(double eta) implements Stepper {
    public Ddim {
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta must lie between 0 and 1, not " + eta);
        }
    }

    @Override
    public Tensor step(Update update) {
        NoiseSchedule schedule = update.schedule();
        double[] to = update.to();
        double[] fresh = new double[update.frames()];
        for (int t = 0; t < fresh.length; t++) {
            fresh[t] = eta == 0
                    ? 0
                    : eta
                            * eta
                            * Posterior.of(schedule, update.from()[t], to[t]).variance();
        }
        Tensor x = update.perFrame(t -> schedule.alpha(to[t]))
                .mul(update.estimate().x0())
                .add(update.perFrame(t -> Math.sqrt(square(schedule.sigma(to[t])) - fresh[t]))
                        .mul(update.estimate().epsilon()));
        return eta == 0
                ? x
                : x.add(update.perFrame(t -> Math.sqrt(fresh[t]))
                        .mul(update.noise().get()));
    }

    private static double square(double value) {
        return value * value;
    }
}
