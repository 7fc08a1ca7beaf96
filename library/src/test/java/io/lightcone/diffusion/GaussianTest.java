// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Tests probabilities and quantiles of the standard normal distribution against exact numbers. */
class GaussianTest {
    /** The expected numbers were computed with mpmath to 30 digits. */
    @Test
    void probabilitiesAreThoseOfTheNormalDistribution() {
        Offset<Double> close = Offset.offset(1e-15);
        assertThat(Gaussian.between(-1, 1)).isCloseTo(0.6826894921370859, close);
        assertThat(Gaussian.between(-1.96, 1.96)).isCloseTo(0.9500042097035591, close);
        assertThat(Gaussian.between(Double.NEGATIVE_INFINITY, 0.5)).isCloseTo(0.6914624612740131, close);
        assertThat(Gaussian.between(2.9, 3.1) / 8.982100871656819e-4).isCloseTo(1, Offset.offset(1e-11));
        assertThat(Gaussian.between(5, Double.POSITIVE_INFINITY) / 2.866515718791939e-7)
                .isCloseTo(1, Offset.offset(1e-14));
        assertThat(Gaussian.between(-40, -39)).isNotNegative();
        assertThat(Gaussian.between(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY))
                .isEqualTo(1);
        for (double x = -6; x < 6; x += 0.01) {
            assertThat(Gaussian.between(x, x + 0.01) * 100)
                    .as("the density near %s", x)
                    .isCloseTo(Math.exp(-(x + 0.005) * (x + 0.005) / 2) / Math.sqrt(2 * Math.PI), Offset.offset(1e-5));
        }
    }
}
