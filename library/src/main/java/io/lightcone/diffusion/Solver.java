// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.function.DoubleFunction;

/**
 * The steppers that a configuration can name. A new one takes a line here, and tests of all steppers then include it.
 */
public enum Solver {
    /** Euler steps along the velocity, one call of the network per update. */
    EULER(eta -> new Euler()),
    /** Heun's method (arXiv 2206.00364), of second order: two calls of the network per update. */
    HEUN(eta -> new Heun()),
    /** DDIM (arXiv 2010.02502), without fresh noise or with some of it ({@code eta}); one call per update. */
    DDIM(Ddim::new),
    /** DDPM's ancestral sampling (arXiv 2006.11239), with fresh noise in every update; one call per update. */
    DDPM(eta -> new Ddpm()),
    /** DPM-Solver++(2M) (arXiv 2211.01095), of second order with one call per update. */
    DPM_SOLVER(eta -> new DpmSolver()),
    /**
     * Multistep consistency sampling (arXiv 2303.01469), for distilled models: the clean frame that is predicted, under
     * fresh noise; one call per update.
     */
    CONSISTENCY(eta -> new MultistepConsistency());

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final DoubleFunction<Stepper> factory;

    Solver(DoubleFunction<Stepper> factory) {
        this.factory = factory;
    }

    /**
     * Returns the stepper that this constant names.
     *
     * @param eta the share of DDPM's fresh noise in [0, 1], for {@link #DDIM}; the others know no such choice and
     *     ignore it
     */
    public Stepper stepper(double eta) {
        return factory.apply(eta);
    }
}
