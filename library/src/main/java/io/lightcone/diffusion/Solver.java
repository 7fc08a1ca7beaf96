// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import java.util.function.DoubleFunction;

/**
 * The steppers that a configuration can name. A new one takes a line here, and tests of all steppers then include it.
 */
public enum Solver {
    /** {@link Euler}, one call of the network per update. */
    EULER(eta -> new Euler()),
    /** {@link Heun}, two calls per update. */
    HEUN(eta -> new Heun()),
    /** {@link Ddim}, one call per update, with a choice of how much fresh noise. */
    DDIM(Ddim::new),
    /** {@link Ddpm}, one call per update, with fresh noise. */
    DDPM(eta -> new Ddpm()),
    /** {@link DpmSolver}, one call per update, of second order. */
    DPM_SOLVER(eta -> new DpmSolver());

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
