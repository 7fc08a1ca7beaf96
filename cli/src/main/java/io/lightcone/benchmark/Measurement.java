// Copyright 2026 The Lightcone Authors. SPDX-License-Identifier: Apache-2.0
package io.lightcone.benchmark;

import java.util.List;

/**
 * The times of one contestant with its costs, from which rates and shares follow.
 *
 * @param name name of the contestant, unique in its group
 * @param precision type in which its large products are computed
 * @param time milliseconds of one run
 * @param useful multiply-adds that the definition asks for
 * @param done multiply-adds that are computed, masked ones included
 * @param ceiling fastest large product in this type at the time, in GFLOP/s
 * @param ratios how it compares with the baselines of its group
 */
public record Measurement(
        String name,
        MatmulPrecision precision,
        Timing time,
        long useful,
        long done,
        double ceiling,
        List<Ratio> ratios) {
    /**
     * The ratio of a baseline's cost to that of a contestant: how many times as fast the contestant is.
     *
     * @param baseline label of the baseline
     * @param measured the baseline's median time divided by the contestant's
     * @param ideal the baseline's multiply-adds divided by the contestant's useful ones: what saving all others would
     *     give
     */
    public record Ratio(String baseline, double measured, double ideal) {}

    public Measurement {
        ratios = List.copyOf(ratios);
    }

    /** Returns the floating-point operations a second, in 10^9: two for each multiply-add that is computed. */
    public double gigaflops() {
        return 2e-6 * done / time.median();
    }

    /** Returns the share of the machine's ceiling that is reached by useful multiply-adds alone. */
    public double usefulShare() {
        return 2e-6 * useful / time.median() / ceiling;
    }

    /** Returns the share of the machine's ceiling that is reached. */
    public double share() {
        return gigaflops() / ceiling;
    }
}
