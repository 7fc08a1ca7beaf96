// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import org.bytedeco.pytorch.Tensor;

/**
 * Ancestral sampling draws each update from the posterior of the frame at the lower level (DDPM, arXiv 2006.11239,
 * algorithm 2, with the posterior's own variance). It takes many steps; each adds fresh noise.
 */
record Ddpm() implements Stepper {
    @Override
    public Tensor step(Update update) {
        Posterior[] posteriors = new Posterior[update.frames()];
        for (int t = 0; t < posteriors.length; t++) {
            posteriors[t] = Posterior.of(update.schedule(), update.from()[t], update.to()[t]);
        }
        Tensor mean = update.perFrame(t -> posteriors[t].noisyShare())
                .mul(update.x())
                .add(update.perFrame(t -> posteriors[t].cleanShare())
                        .mul(update.estimate().x0()));
        return mean.add(update.perFrame(t -> Math.sqrt(posteriors[t].variance()))
                .mul(update.noise().get()));
    }
}
