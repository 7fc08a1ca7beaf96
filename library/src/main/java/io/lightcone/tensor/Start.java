// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.tensor;

import org.bytedeco.pytorch.Tensor;

/** Says what values a fresh weight starts from; a weight is declared with it in {@link Parameters#declare}. */
@FunctionalInterface
public interface Start {
    /** All zero; draws nothing. */
    Start ZERO = (weight, random) -> weight.zero_();

    /**
     * Overwrites {@code weight} with its first values, without recording gradients. What it draws from {@code random} decides
     * what is left for the weights that are declared later.
     */
    void write(Tensor weight, RandomStream random);
}
