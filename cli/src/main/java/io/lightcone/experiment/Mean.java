// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.experiment;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A mean with its standard error.
 *
 * @param value the mean
 * @param error the standard deviation of the values divided by the root of their number
 */
public record Mean(double value, double error) {
    /** Returns the mean of one value for each clip. */
    public static Mean of(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        double variance = squares / Math.max(1, values.size() - 1);
        return new Mean(mean, Math.sqrt(variance / values.size()));
    }

    /**
     * Returns the mean difference of values that belong to the same clips; its error is smaller than that of two
     * separate means, since clips differ by more than models do.
     */
    public static Mean ofDifferences(List<Double> values, List<Double> others) {
        return of(IntStream.range(0, values.size())
                .mapToObj(i -> values.get(i) - others.get(i))
                .toList());
    }
}
